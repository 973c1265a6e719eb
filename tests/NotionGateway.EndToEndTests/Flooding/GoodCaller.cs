using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Flooding;

/// <summary>A caller that does nothing wrong: a few requests at a time, each on a connection of its own, and each response read.</summary>
internal sealed class GoodCaller : IAsyncDisposable
{
    private const int AtOnce = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<(string Outcome, TimeSpan Took)> _responses = new();
    private readonly Task _calls;

    public GoodCaller(Uri target, string? key, bool http2 = false) =>
        _calls = Task.WhenAll(
            Enumerable.Range(0, AtOnce).Select(_ => Task.Run(() => CallAsync(target, key, http2 ? HttpVersion.Version20 : HttpVersion.Version11))));

    public int Answered => _responses.Count(response => response.Outcome == "200");

    public IEnumerable<string> Failures => _responses.Where(response => response.Outcome != "200").Select(response => response.Outcome);

    /// <summary>The time that so many of a hundred responses took at most, from before the connection to the last byte.</summary>
    public TimeSpan Percentile(int percent) => _responses.Select(response => response.Took).Order().ElementAtOrDefault(_responses.Count * percent / 100);

    /// <summary>Ends after the responses that are still to come.</summary>
    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await _calls;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
    }

    public override string ToString() =>
        FormattableString.Invariant(
            $"{Answered} answered, {Failures.Count()} not; p50 {Percentile(50).TotalMilliseconds:F0} ms, p99 {Percentile(99).TotalMilliseconds:F0} ms");

    private async Task CallAsync(Uri target, string? key, Version version)
    {
        while (!_end.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            var outcome = await ExchangeAsync(target, key, version);
            _responses.Enqueue((outcome, Stopwatch.GetElapsedTime(began)));
            await Task.Delay(Pause);
        }
    }

    private static async Task<string> ExchangeAsync(Uri target, string? key, Version version)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = SafetyNet.Timeout };
        using var request = new HttpRequestMessage(HttpMethod.Get, target) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        try
        {
            using var response = await client.SendAsync(request);
            await response.Content.ReadAsByteArrayAsync();
            return ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or IOException)
        {
            return exception.GetBaseException().Message;
        }
    }
}
