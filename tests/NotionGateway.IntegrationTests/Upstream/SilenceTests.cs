using System.Net;
using System.Net.Sockets;
using System.Text;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>A Notion that is not there, does not answer, or does not come to an end (F04–F07): the caller is told in time, with the true reason.</summary>
public sealed class SilenceTests
{
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(0.4);
    private static readonly TimeSpan TotalTimeout = TimeSpan.FromSeconds(0.8);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData("GET", "/v1/users")]
    [InlineData("POST", "/v1/pages")]
    public async Task A_connection_that_is_refused_is_told_at_once(string method, string target)
    {
        using var nobody = new ClosedPort();
        await using var gateway = await TestGateway.StartAsync(
            nobody.Address, setup => setup.OnFakeTime().Setting("Gateway:FlowControl:RetryBudget", "00:00:00"));

        // Time stands still.
        Assert.Equal((502, "upstream_unreachable"), await SendAsync(gateway, method, target));
    }

    [Theory]
    [InlineData("GET", "/v1/users", "")]
    [InlineData("POST", "/v1/pages", "")]
    [InlineData("GET", "/v1/users", "HTTP/1.1 200 OK\r\nContent-")]
    public async Task An_answer_that_never_comes_is_given_up_at_the_response_timeout(string method, string target, string begun)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => new RawResponse().Send(begun).Hang() };
        await using var gateway = await StartAsync(upstream.Address);

        var sending = SendAsync(gateway, method, target);
        await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the request to be sent");
        gateway.Clock.Advance(ResponseTimeout - Moment);
        Assert.False(sending.IsCompleted);
        gateway.Clock.Advance(Moment);

        Assert.Equal((504, "upstream_timeout"), await sending);
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task A_request_that_is_given_up_is_given_up_at_Notion_too()
    {
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        await using var gateway = await StartAsync(notion.Address("127.0.0.1", "http"));

        var sending = SendAsync(gateway, "POST", "/v1/pages");
        await gateway.UntilAsync(() => notion.Requests.Count == 1, "the request to be sent");
        gateway.Clock.Advance(ResponseTimeout);

        Assert.Equal((504, "upstream_timeout"), await sending);
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
        await using var gateway = await StartAsync(upstream.Address);
        gateway.Clock.Advance(TimeSpan.FromSeconds(2));

        // Several at once, since which caller notices the end of a cut response first is a race.
        var callers = Enumerable.Range(0, 10).Select(_ => gateway.RawCaller()).ToArray();
        await Task.WhenAll(callers.Select(caller => ReadBeginningAsync(caller, "")));
        gateway.Clock.Advance(TotalTimeout - Moment);
        await Task.WhenAll(callers.Select(caller => caller.ReadUntilAsync("x")));
        gateway.Clock.Advance(Moment);

        foreach (var caller in callers)
        {
            Assert.False(IsWhole(await caller.ReadToEndAsync()), "The answer looks whole.");
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
        await using var gateway = await StartAsync(upstream.Address);

        var sending = SendAsync(gateway, "GET", "/v1/users");
        await gateway.Clock.WaitBegunAsync(TotalTimeout);
        gateway.Clock.Advance(TotalTimeout - Moment);
        Assert.False(sending.IsCompleted);
        gateway.Clock.Advance(Moment);

        Assert.Equal((504, "upstream_timeout"), await sending);
    }

    [Fact]
    public async Task Asking_for_events_where_there_are_none_lifts_no_limit()
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => Trickle("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
        };
        await using var gateway = await StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        await ReadBeginningAsync(caller, "Accept: text/event-stream\r\n");
        gateway.Clock.Advance(TotalTimeout - Moment);
        await caller.ReadUntilAsync("x");
        gateway.Clock.Advance(Moment);

        Assert.False(IsWhole(await caller.ReadToEndAsync()), "The answer looks whole.");
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
            queue.Add(new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false });
            Assert.Throws<SocketException>(() => queue[^1].Connect(address));
            queue[^1].Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectWrite);
        }

        // How long connecting takes is real time.
        await using var gateway = await TestGateway.StartAsync(
            new Uri($"http://127.0.0.1:{address.Port}"), setup => setup.Setting("Gateway:Forwarding:ConnectTimeout", "00:00:00.4"));
        var since = TimeProvider.System.GetTimestamp();

        Assert.Equal((504, "upstream_timeout"), await SendAsync(gateway, method, target));
        Assert.True(TimeProvider.System.GetElapsedTime(since) >= TimeSpan.FromSeconds(0.3), "It was given up too soon.");
        queue.ForEach(socket => socket.Dispose());
    }

    private static Task<TestGateway> StartAsync(Uri upstream) => TestGateway.StartAsync(upstream, setup => setup
        .OnFakeTime()
        .Setting("Gateway:Forwarding:ResponseTimeout", ResponseTimeout.ToString("c"))
        .Setting("Gateway:Forwarding:TotalTimeout", TotalTimeout.ToString("c")));

    /// <summary>The head, and then a piece every 50 ms without end.</summary>
    private static RawResponse Trickle(string head, string piece) => new RawResponse().Send(head).Repeat(piece, TimeSpan.FromMilliseconds(50));

    /// <summary>Asks, and reads until the first of the body is there.</summary>
    private static async Task ReadBeginningAsync(RawCaller caller, string header)
    {
        await caller.SendAsync($"GET /v1/users HTTP/1.1\r\nHost: g\r\n{header}Authorization: Bearer {The.Key}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", await caller.ReadUntilAsync("x"));
    }

    /// <summary>Whether the rest of a response ends as a whole chunked body does; one with a length that is not all there is not whole.</summary>
    private static bool IsWhole(RawResult rest) => rest.Text.EndsWith("0\r\n\r\n", StringComparison.Ordinal);

    private static async Task<(int Status, string? Reason)> SendAsync(TestGateway gateway, string method, string target)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target)
        {
            Content = method == "GET" ? null : new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        using var response = await gateway.Client().SendAsync(request);
        return ((int)response.StatusCode, response.Headers.TryGetValues("Notion-Gateway-Reason", out var reasons) ? string.Join(',', reasons) : null);
    }
}
