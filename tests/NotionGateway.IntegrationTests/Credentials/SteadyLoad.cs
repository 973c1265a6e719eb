using System.Collections.Concurrent;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>Callers that send one request after another for as long as the test likes, and what they were answered.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _responses = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TestGateway _gateway;
    private readonly Task[] _workers;

    public SteadyLoad(TestGateway gateway, string key = The.Key, int workers = 4)
    {
        _gateway = gateway;
        _workers = [.. Enumerable.Range(0, workers).Select(_ => WorkAsync(gateway, key))];
    }

    /// <summary>One word per response: <c>200</c>, or a refusal's status and reason, or what was thrown.</summary>
    public IReadOnlyList<string> Answers => [.. _responses];

    public int Count => _responses.Count;

    /// <summary>Waits until this many more requests have been answered.</summary>
    public Task MoreAsync(TestGateway gateway, int requests = 20)
    {
        var wanted = Count + requests;
        return gateway.EndAsync(gateway.UntilAsync(() => Count >= wanted, "more answers"));
    }

    /// <summary>Ends the load; nothing but 200 may have been answered.</summary>
    public async Task AssertNoneFailedAsync()
    {
        await DisposeAsync();
        Assert.NotEmpty(Answers);
        Assert.Empty(Answers.Where(response => response != "200").Distinct(StringComparer.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _gateway.EndAsync(Task.WhenAll(_workers));
    }

    private async Task WorkAsync(TestGateway gateway, string key)
    {
        using var client = gateway.Client(key);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var response = await client.GetAsync("/v1/users/me", CancellationToken.None);
                var reason = response.Headers.TryGetValues("Notion-Gateway-Reason", out var reasons) ? $" {string.Join(',', reasons)}" : "";
                _responses.Enqueue($"{(int)response.StatusCode}{reason}");
            }
            catch (HttpRequestException exception)
            {
                _responses.Enqueue(exception.ToString());
            }

            // A real caller does other things too, and two cores serve all of this.
            await Task.Delay(2, CancellationToken.None);
        }
    }
}
