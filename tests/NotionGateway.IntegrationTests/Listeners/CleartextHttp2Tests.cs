using System.Net;
using System.Text;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Listeners;

/// <summary>Callers that speak HTTP/2 in the clear, where the data listener is told to: the same gateway with other framing.</summary>
public sealed class CleartextHttp2Tests
{
    [Fact]
    public async Task A_read_is_answered()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream.Address);

        using var response = await gateway.Client(version: HttpVersion.Version20).GetAsync("/v1/users?page_size=3&x=a+b%20c");

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
        Assert.Equal("""{"object":"list","results":[]}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("/v1/users?page_size=3&x=a+b%20c", upstream.Only.Target);
        Assert.Equal([$"Bearer {The.NotionToken}"], upstream.Only.Values("Authorization"));
        Assert.Equal([upstream.Address.Authority], upstream.Only.Values("Host"));
    }

    [Fact]
    public async Task A_write_arrives_whole_and_with_its_length_though_none_was_given()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream.Address);
        var json = $$"""{"text":"{{new string('é', 100_000)}}"}""";
        using var body = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(json))) { Headers = { { "Content-Type", "application/json" } } };
        body.Headers.ContentLength = null;

        using var response = await gateway.Client(version: HttpVersion.Version20).PostAsync("/v1/pages", body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(json, upstream.Only.BodyText);
        Assert.Equal([Encoding.UTF8.GetByteCount(json).ToString()], upstream.Only.Values("Content-Length"));
    }

    [Fact]
    public async Task Many_requests_share_one_connection()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream.Address);
        using var client = gateway.Client(version: HttpVersion.Version20);

        var responses = await Task.WhenAll(Enumerable.Range(0, 60).Select(number => client.GetAsync($"/v1/users?n={number}")));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(60, upstream.Requests.Select(request => request.Target).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("/v1/users", null, 401, "missing_key")]
    [InlineData("/v1/users", "ngw_wrong", 401, "invalid_key")]
    [InlineData("/v1/nothing", The.Key, 400, "unknown_operation")]
    [InlineData("/livez", The.Key, 400, "unknown_operation")]
    [InlineData("/v1/users/a%40b", The.Key, 400, "malformed_target")]
    public async Task A_refusal_is_the_same_as_ever(string target, string? key, int status, string reason)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream.Address);

        using var response = await gateway.Client(key, HttpVersion.Version20).GetAsync(target);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal([reason], response.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Contains($"\"gateway_reason\":\"{reason}\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
    }

    /// <summary>A65: fields that belong to a connection of HTTP/1.1 have no place here.</summary>
    [Theory]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("connection", "close")]
    [InlineData("connection", "authorization")]
    [InlineData("keep-alive", "timeout=5")]
    [InlineData("proxy-connection", "keep-alive")]
    [InlineData("upgrade", "websocket")]
    [InlineData("te", "gzip")]
    [InlineData("Notion-Version", "2022-06-28")]
    [InlineData("content-length", "7")]
    public async Task A_field_that_HTTP_2_does_not_know_is_refused_and_nothing_is_sent(string name, string value)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream.Address);
        using var caller = await RawHttp2Caller.ConnectAsync(gateway);

        await caller.SendHeadAsync(1, "POST", "/v1/search", hasBody: true, ("content-type", "application/json"), (name, value));
        await caller.SendDataAsync(1, "{}", end: true);
        var result = await caller.ReadAsync(1);

        Assert.True(result is { Status: 400 } or { Status: null, WasReset: true } or { Status: null, ConnectionEnded: true }, result.ToString());
        Assert.Empty(upstream.Requests);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client(version: HttpVersion.Version20).GetAsync("/v1/users")).StatusCode);
    }

    [Fact]
    public async Task The_same_request_without_such_a_field_is_answered()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream.Address);
        using var caller = await RawHttp2Caller.ConnectAsync(gateway);

        await caller.SendHeadAsync(1, "POST", "/v1/search", hasBody: true, ("content-type", "application/json"), ("te", "trailers"));
        await caller.SendDataAsync(1, "{}", end: true);

        Assert.Equal(200, (await caller.ReadAsync(1)).Status);
        Assert.Empty(upstream.Only.Values("TE"));
    }

    [Fact]
    public async Task Neither_authority_nor_host_decides_anything_or_is_seen_again()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream.Address);
        using var caller = await RawHttp2Caller.ConnectAsync(gateway);

        // The caller's own :authority is 'gateway'.
        await caller.SendHeadAsync(1, "GET", "/v1/users", hasBody: false, ("host", "management.internal.example"));
        var result = await caller.ReadAsync(1);

        Assert.Equal(200, result.Status);
        Assert.Equal([upstream.Address.Authority], upstream.Only.Values("Host"));
        Assert.DoesNotContain("management.internal.example", upstream.Only.Head, StringComparison.Ordinal);
        await gateway.UntilAsync(() => gateway.Logs.Named("Request").Any(), "the request's line");
        Assert.DoesNotContain(gateway.Logs.Lines, line => line.ToString().Contains("management.internal.example", StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Logs.Named("Request"), line => line.ToString().Contains("authority", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(gateway.Metrics.All, measurement => measurement.ToString().Contains("management.internal.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_extended_connect_is_refused()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream.Address);
        using var caller = await RawHttp2Caller.ConnectAsync(gateway);

        await caller.SendHeadAsync(1, "CONNECT", "/v1/users", hasBody: true, protocol: "websocket");
        var result = await caller.ReadAsync(1);

        Assert.Equal(405, result.Status);
        Assert.Contains("method_not_allowed", result.Body, StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
    }

    /// <summary>A68: the forwarder lifts its limits for this type; it must not come that far.</summary>
    [Theory]
    [InlineData("/v1/search", "application/grpc")]
    [InlineData("/v1/search", "application/grpc+json")]
    [InlineData("/v1/file_uploads/abc/send", "application/grpc")]
    public async Task A_body_of_gRPC_is_refused_though_it_never_ends(string target, string type)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream.Address);
        using var caller = await RawHttp2Caller.ConnectAsync(gateway);

        await caller.SendHeadAsync(1, "POST", target, hasBody: true, ("content-type", type), ("te", "trailers"));
        await caller.SendDataAsync(1, "some", end: false);
        var result = await caller.ReadAsync(1);

        Assert.Equal(415, result.Status);
        Assert.Contains("unsupported_media_type", result.Body, StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
    }

    private static Task<TestGateway> StartAsync(Uri upstream) =>
        TestGateway.StartAsync(upstream, setup => setup.Setting("Kestrel:Endpoints:Data:Protocols", "Http2"));
}
