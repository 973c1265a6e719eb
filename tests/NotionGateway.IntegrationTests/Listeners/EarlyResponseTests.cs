using System.Net;
using System.Net.Sockets;
using System.Text;
using NotionGateway.Hosting.Listeners;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Listeners;

/// <summary>
/// Callers that send the whole of a body before they read anything see a response that was given long before; unauthenticated
/// callers only within bounds.
/// </summary>
public sealed class EarlyResponseTests
{
    private const int Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData("POST", "/v1/pages", "application/json", 5 * Mebibyte, 413, "body_too_large")]
    [InlineData("POST", "/v1/file_uploads/abc/send", "multipart/form-data; boundary=b", 30 * Mebibyte, 413, "body_too_large")]
    [InlineData("POST", "/v1/pages", "text/plain", 5 * Mebibyte, 415, "unsupported_media_type")]
    [InlineData("POST", "/v1/nothing", "application/json", 5 * Mebibyte, 400, "unknown_operation")]
    [InlineData("PATCH", "/v1/pages/" + The.PageId, "application/json", 5 * Mebibyte, 403, "not_permitted")]
    [InlineData("PUT", "/v1/pages", "application/json", Mebibyte / 2, 405, "method_not_allowed")]
    public async Task A_known_caller_sees_the_answer_and_can_go_on(string method, string target, string type, int length, int status, string reason)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var caller = gateway.RawCaller();
        foreach (var chunked in new[] { false, true })
        {
            await SendWholeAsync(caller, HeadOf(method, target, type, The.Key), length, chunked);
            var response = await caller.ReadResponseAsync();

            Assert.Equal((status, reason), (response.Status, response.Reason));
            Assert.Null(response.Header("Connection"));
        }

        await caller.SendAsync($"GET /v1/users HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\n\r\n");
        Assert.Equal(200, (await caller.ReadResponseAsync()).Status);
        Assert.Empty(gateway.Logs.Named("Unforeseen"));
    }

    [Theory]
    [InlineData(5 * Mebibyte, "/v1/pages", "application/json")]
    [InlineData(30 * Mebibyte, "/v1/file_uploads/abc/send", "multipart/form-data; boundary=b")]
    public async Task Over_HTTP_2_a_known_caller_sees_the_answer_and_can_go_on(int length, string target, string type)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, setup => setup.Setting("Kestrel:Endpoints:Data:Protocols", "Http2"));
        using var client = gateway.Client(version: HttpVersion.Version20);
        foreach (var announced in new long?[] { length, null })
        {
            using var body = new StreamContent(new MemoryStream(new byte[length]));
            body.Headers.TryAddWithoutValidation("Content-Type", type);
            body.Headers.ContentLength = announced;
            using var response = await client.PostAsync(target, body);

            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
            Assert.Contains("body_too_large", await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/users")).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stranger_with_a_body_of_usual_size_sees_the_answer_and_can_go_on(bool chunked)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var caller = gateway.RawCaller();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await SendWholeAsync(caller, HeadOf("POST", "/v1/pages", "application/json", "ngw_wrong"), 900_000, chunked);
            Assert.Equal("invalid_key", (await caller.ReadResponseAsync()).Reason);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_strangers_large_body_is_not_read_to_its_end(bool chunked)
    {
        const int Length = 200 * Mebibyte;
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var caller = gateway.RawCaller();

        var failure = await Assert.ThrowsAsync<IOException>(
            () => SendWholeAsync(caller, HeadOf("POST", "/v1/pages", "application/json", "ngw_wrong"), Length, chunked));

        Assert.IsType<SocketException>(failure.InnerException);
        await gateway.CountedAsync(1, "notion_gateway.denials", ("caller", "unknown"), ("reason", "invalid_key"));
    }

    [Fact]
    public async Task An_answer_to_a_body_too_long_to_be_read_says_that_the_connection_ends()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var known = gateway.RawCaller();
        await known.SendAsync($"{HeadOf("POST", "/v1/pages", "application/json", The.Key)}Content-Length: {80 * Mebibyte}\r\n\r\n{{");
        Assert.Equal((413, "close"), await StatusAndConnectionAsync(known));
        using var stranger = gateway.RawCaller();
        await stranger.SendAsync($"{HeadOf("POST", "/v1/pages", "application/json", "ngw_wrong")}Content-Length: {2 * Mebibyte}\r\n\r\n{{");
        Assert.Equal((401, "close"), await StatusAndConnectionAsync(stranger));
    }

    [Fact]
    public async Task A_stranger_that_stops_sending_loses_the_connection()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var caller = gateway.RawCaller();

        var result = await caller.ExchangeAsync($"{HeadOf("POST", "/v1/pages", "application/json", "ngw_wrong")}Content-Length: 1000\r\n\r\n{{");

        Assert.Equal((401, false), (result.Status, result.Reset));
    }

    [Fact]
    public async Task Only_so_many_strangers_are_listened_to_at_once()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        var lingering = Enumerable.Range(0, LingeringStrangers.Places).Select(_ => gateway.RawCaller()).ToList();
        try
        {
            var head = $"{HeadOf("POST", "/v1/pages", "application/json", "ngw_wrong")}Content-Length: 1000\r\n\r\n";
            await Task.WhenAll(lingering.Select(async caller =>
            {
                await caller.SendAsync(head + "{");
                Assert.Equal(401, (await caller.ReadResponseAsync()).Status);
            }));
            using var next = gateway.RawCaller();
            using var whole = gateway.RawCaller();

            // It ends in its own time or in that of those before it; but what has come whole costs nothing, and its connection goes on.
            await whole.SendAsync(head + new string('x', 1000));
            Assert.Equal(401, (await whole.ReadResponseAsync()).Status);
            Assert.Equal(401, (await next.ExchangeAsync(head + "{")).Status);
            await whole.SendAsync(head + new string('x', 1000));
            Assert.Equal(401, (await whole.ReadResponseAsync()).Status);
        }
        finally
        {
            lingering.ForEach(caller => caller.Dispose());
        }
    }

    [Theory]
    [InlineData(The.Key, 413)]
    [InlineData("ngw_wrong", 401)]
    public async Task Whoever_waits_to_be_asked_for_the_body_is_answered_instead(string key, int status)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var caller = gateway.RawCaller();

        await caller.SendAsync($"{HeadOf("POST", "/v1/pages", "application/json", key)}Expect: 100-continue\r\nContent-Length: {5 * Mebibyte}\r\n\r\n");

        Assert.Equal((status, "close"), await StatusAndConnectionAsync(caller));
    }

    [Theory]
    [InlineData(nameof(Listener.Operator), "/operator/v1/connect-links", The.OperatorKey, 5 * Mebibyte, 413, 413)]
    [InlineData(nameof(Listener.Operator), "/operator/v1/connect-links", "ngw_wrong", 900_000, 401, 401)]
    [InlineData(nameof(Listener.Connect), "/connect/abc", "", 900_000, 413, 403)]
    [InlineData(nameof(Listener.Management), "/livez", "", 900_000, 404, 404)]
    public async Task On_every_listener_the_answer_is_seen(string listener, string target, string key, int length, int status, int statusIfChunked)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, setup => setup.OAuthApp("crm-app").Operator(The.OperatorKey));
        var address = listener == nameof(Listener.Operator) ? gateway.Operator : listener == nameof(Listener.Connect) ? gateway.Connect : gateway.Management;
        foreach (var chunked in new[] { false, true })
        {
            using var caller = new RawCaller(address, gateway.Canaries);
            await SendWholeAsync(caller, HeadOf("POST", target, "application/json", key), length, chunked);
            Assert.Equal(chunked ? statusIfChunked : status, (await caller.ReadResponseAsync()).Status);
        }
    }

    private static async Task<(int, string?)> StatusAndConnectionAsync(RawCaller caller)
    {
        var response = await caller.ReadResponseAsync();
        return (response.Status, response.Header("Connection"));
    }

    private static string HeadOf(string method, string target, string type, string key) =>
        $"{method} {target} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {key}\r\nContent-Type: {type}\r\n";

    /// <summary>Sends all of it without looking at what comes back.</summary>
    private static async Task SendWholeAsync(RawCaller caller, string head, int length, bool chunked)
    {
        await caller.SendAsync(head + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {length}\r\n\r\n"));
        var piece = Encoding.ASCII.GetBytes(new string('x', 100_000));
        for (var sent = 0; sent < length; sent += piece.Length)
        {
            var part = piece.AsMemory(0, Math.Min(piece.Length, length - sent));
            if (chunked)
            {
                await caller.SendAsync($"{part.Length:x}\r\n");
            }

            await caller.Stream.WriteAsync(part);
            if (chunked)
            {
                await caller.SendAsync("\r\n");
            }
        }

        if (chunked)
        {
            await caller.SendAsync("0\r\n\r\n");
        }
    }

    private static Task<TestGateway> StartAsync(
        RecordingUpstream upstream, Action<GatewaySetup>? more = null) => TestGateway.StartAsync(upstream.Address, setup =>
    {
        setup.Caller(The.Caller, The.Key, ["read", "insert_content"])
            .Setting("Gateway:Forwarding:MaxJsonBodyBytes", "1048576").Setting("Gateway:Forwarding:MaxUploadBodyBytes", "2097152");
        more?.Invoke(setup);
    });
}
