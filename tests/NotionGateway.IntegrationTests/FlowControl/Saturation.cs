using System.Collections.Concurrent;
using NotionGateway.TestKit;
using NotionSandbox.Recording;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>Enough callers that a request always waits, until the test has seen enough; and what they were answered.</summary>
internal sealed class Saturation : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentQueue<string> _responses = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client;
    private readonly Task[] _workers;
    private readonly TestGateway _gateway;

    public Saturation(TestGateway gateway, int workers, string? credential = null, string key = The.Key)
    {
        _gateway = gateway;
        _client = gateway.Client(key);
        if (credential is not null)
        {
            _client.DefaultRequestHeaders.Add("Notion-Gateway-Credential", credential);
        }

        _workers = [.. Enumerable.Range(0, workers).Select(_ => WorkAsync())];
    }

    /// <summary>Status and reason of each response.</summary>
    public IReadOnlyList<string> Answers => [.. _responses];

    public IEnumerable<string> Kinds => _responses.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>
    /// The part of a budget that was used while requests waited: the gateway spreads a window's permits over the window and its
    /// guard, so that is the length that counts. The first one is left out, and so is the last, which was not used to its end.
    /// </summary>
    public static double ShareOf(IEnumerable<ReceivedRequest> received, int limit, TimeSpan span)
    {
        var at = received.Select(request => request.At).Order().ToArray();
        var spans = (int)((at[^1] - at[0]) / span) - 1;
        Assert.True(spans >= 2, "The load was too short to say anything.");
        var (from, to) = (at[0] + span, at[0] + (span * (spans + 1)));
        return at.Count(time => time >= from && time < to) / (double)(limit * spans);
    }

    /// <summary>
    /// Moves time on in small steps until the test has seen enough. Before each step it waits until every request that is not answered
    /// yet waits for a permit, so that Notion sees each at the very moment at which the gateway sent it.
    /// </summary>
    public static async Task AdvanceAsync(TestClock clock, Func<int> unanswered, Func<bool> enough, params TestGateway[] gateways)
    {
        while (!enough())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromHours(1), "An hour of fake time was not enough.");
            await SafetyNet.UntilAsync(
                () => Task.FromResult(enough() || gateways.Sum(Flowing.Waiting) == unanswered()),
                () => Task.Delay(1),
                () => $"{unanswered()} requests are not answered, and {gateways.Sum(Flowing.Waiting)} wait for a permit");
            clock.Advance(Step);
        }
    }

    /// <summary>The same under these loads, whose callers always ask again.</summary>
    public static Task AdvanceAsync(TestClock clock, Func<bool> enough, params Saturation[] loads) => AdvanceAsync(
        clock, () => loads.Sum(load => load._workers.Length), enough, [.. loads.Select(load => load._gateway).Distinct()]);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);
        _client.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var response = await _client.GetAsync("/v1/users/me", _stop.Token);
                _responses.Enqueue($"{response.Status()} {response.Reason()}".TrimEnd());
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (HttpRequestException exception)
            {
                _responses.Enqueue(exception.Message);
            }
        }
    }
}
