using System.Net;
using System.Net.Sockets;
using System.Text;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>A Notion that is not there, does not answer, or does not come to an end (F04–F07): the caller is told in time, with the true reason.</summary>
public sealed class SilenceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("GET", "/v1/users")]
    [InlineData("POST", "/v1/pages")]
    public async Task A_connection_that_is_refused_is_told_at_once(string method, string target)
    {
        var upstream = new RecordingUpstream();
        await upstream.DisposeAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var (response, elapsed) = await SendAsync(gateway, method, target);

        Assert.Equal((502, "upstream_unreachable"), response);
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("GET", "/v1/users", "")]
    [InlineData("POST", "/v1/pages", "")]
    [InlineData("GET", "/v1/users", "HTTP/1.1 200 OK\r\nContent-")]
    public async Task An_answer_that_never_comes_is_given_up_at_the_response_timeout(string method, string target, string begun)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => new RawResponse().Send(begun).Hang() };
        await using var gateway = await StartAsync(upstream.Address, ("ResponseTimeout", "00:00:00.4"));

        var (response, elapsed) = await SendAsync(gateway, method, target);

        Assert.Equal((504, "upstream_timeout"), response);
        Assert.InRange(elapsed, TimeSpan.FromSeconds(0.35), Patience);
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task A_request_that_is_given_up_is_given_up_at_Notion_too()
    {
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        await using var gateway = await StartAsync(notion.Address("127.0.0.1", "http"), ("ResponseTimeout", "00:00:00.4"));

        var (response, _) = await SendAsync(gateway, "POST", "/v1/pages");

        Assert.Equal((504, "upstream_timeout"), response);
        await gateway.UntilAsync(() => notion.Requests[0].Aborted.IsCancellationRequested, "the request to be given up");
    }

    [Theory]
    [InlineData("Content-Length: 1000", "x")]
    [InlineData("Transfer-Encoding: chunked", "1\r\nx\r\n")]
    public async Task A_body_that_comes_byte_by_byte_is_cut_at_the_total_timeout_and_does_not_look_whole(string framing, string piece)
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => Trickle($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{framing}\r\n\r\n", piece),
        };
        await using var gateway = await StartAsync(upstream.Address, ("ResponseTimeout", "00:00:00.4"), ("TotalTimeout", "00:00:00.8"));

        // Several at once, since which caller notices the end of a cut response first is a race.
        var callers = Enumerable.Range(0, 30).Select(_ => gateway.RawCaller()).ToArray();
        var since = TimeProvider.System.GetTimestamp();
        var responses = await Task.WhenAll(
            callers.Select(caller => caller.ExchangeAsync($"GET /v1/users HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\n\r\n")));

        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.FromSeconds(0.7), Patience);
        foreach (var response in responses)
        {
            Assert.Equal(200, response.Status);
            Assert.False(response.IsComplete, "The answer looks whole.");
            Assert.Contains("x", response.Body, StringComparison.Ordinal);
        }

        await gateway.UntilAsync(() => gateway.Metrics.Sum("notion_gateway.requests") == callers.Length, "the requests to be counted");
        Assert.Equal(callers.Length, gateway.Metrics.Sum("notion_gateway.requests", ("operation", "users.list"), ("outcome", "failed")));
        Array.ForEach(callers, caller => caller.Dispose());
    }

    [Fact]
    public async Task An_error_whose_body_never_ends_is_a_timeout_since_nothing_of_it_has_gone_out()
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => Trickle("HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n", "x"),
        };
        await using var gateway = await StartAsync(upstream.Address, ("ResponseTimeout", "00:00:00.4"), ("TotalTimeout", "00:00:00.8"));

        var (response, elapsed) = await SendAsync(gateway, "GET", "/v1/users");

        Assert.Equal((504, "upstream_timeout"), response);
        Assert.InRange(elapsed, TimeSpan.FromSeconds(0.7), Patience);
    }

    [Fact]
    public async Task Asking_for_events_where_there_are_none_lifts_no_limit()
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => Trickle("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
        };
        await using var gateway = await StartAsync(upstream.Address, ("ResponseTimeout", "00:00:00.4"), ("TotalTimeout", "00:00:00.8"));
        using var caller = gateway.RawCaller();

        var since = TimeProvider.System.GetTimestamp();
        var response = await caller.ExchangeAsync($"GET /v1/users HTTP/1.1\r\nHost: g\r\nAccept: text/event-stream\r\nAuthorization: Bearer {The.Key}\r\n\r\n");

        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.FromSeconds(0.7), Patience);
        Assert.False(response.IsComplete, "The answer looks whole.");
    }

    [Theory]
    [InlineData("GET", "/v1/users")]
    [InlineData("POST", "/v1/pages")]
    public async Task Connecting_that_takes_too_long_is_given_up_and_nothing_was_sent(string method, string target)
    {
        // A listener that accepts nobody: its queue is filled until a connection waits, as all further ones then do.
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var address = (IPEndPoint)listener.LocalEndPoint!;
        var queue = new List<Socket>();
        for (var waits = false; !waits; waits = !queue[^1].Connected)
        {
            Assert.True(queue.Count < 50, "The queue of the listener has no end.");
            queue.Add(new Socket(SocketType.Stream, ProtocolType.Tcp));
            await Task.WhenAny(queue[^1].ConnectAsync(address), Task.Delay(TimeSpan.FromMilliseconds(300)));
        }

        await using var gateway = await StartAsync(new Uri($"http://127.0.0.1:{address.Port}"), ("ConnectTimeout", "00:00:00.4"));
        var (response, elapsed) = await SendAsync(gateway, method, target);

        Assert.Equal((504, "upstream_timeout"), response);
        Assert.InRange(elapsed, TimeSpan.FromSeconds(0.3), Patience);
        queue.ForEach(socket => socket.Dispose());
    }

    private static Task<TestGateway> StartAsync(Uri upstream, params (string Key, string Value)[] settings) => TestGateway.StartAsync(upstream, setup =>
    {
        foreach (var (key, value) in settings)
        {
            setup.Setting($"Gateway:Forwarding:{key}", value);
        }
    });

    /// <summary>The head, and then a piece every 50 ms for some seconds.</summary>
    private static RawResponse Trickle(string head, string piece)
    {
        var response = new RawResponse().Send(head);
        for (var number = 0; number < 100; number++)
        {
            response.After(Task.Delay(TimeSpan.FromMilliseconds(50 * number))).Send(piece);
        }

        return response;
    }

    private static async Task<((int Status, string? Reason) Answer, TimeSpan Elapsed)> SendAsync(TestGateway gateway, string method, string target)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target)
        {
            Content = method == "GET" ? null : new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        var since = TimeProvider.System.GetTimestamp();
        using var response = await gateway.Client().SendAsync(request);
        return (
            ((int)response.StatusCode, response.Headers.TryGetValues("Notion-Gateway-Reason", out var reasons) ? string.Join(',', reasons) : null),
            TimeProvider.System.GetElapsedTime(since));
    }
}
