using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Listeners;

/// <summary>Two listeners that serve nothing of each other, regardless of the host that a request names.</summary>
public sealed class SeparationTests
{
    public static TheoryData<string> ManagementTargets =>
        ["/livez", "/readyz", "/metrics", "/healthz", "/livez/", "/LIVEZ", "//livez", "/v1/../livez", "/v1/livez", "/v1/readyz", "/", "/favicon.ico"];

    [Theory]
    [MemberData(nameof(ManagementTargets))]
    public async Task The_data_listener_serves_nothing_of_the_other(string target)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var stranger = await ExchangeAsync(gateway, gateway.Data, target, "gateway", key: null);
        var caller = await ExchangeAsync(gateway, gateway.Data, target, gateway.Management.Authority, The.Key);

        Assert.Contains(stranger.Status, new[] { 400, 401 });
        Assert.Equal(400, caller.Status);
        Assert.NotNull(stranger.Reason);
        Assert.NotNull(caller.Reason);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("/v1/users/me")]
    [InlineData("/v1/users")]
    [InlineData("//v1/users/me")]
    [InlineData("/livez/../v1/users/me")]
    [InlineData("/readyz/v1/users/me")]
    [InlineData("/")]
    [InlineData("/LIVEZ")]
    [InlineData("/livez/")]
    [InlineData("/config")]
    [InlineData("/debug")]
    public async Task The_management_listener_serves_nothing_of_the_other(string target)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var response = await ExchangeAsync(gateway, gateway.Management, target, gateway.Data.Authority, The.Key);

        Assert.InRange(response.Status, 400, 499);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("POST", false)]
    [InlineData("PUT", false)]
    [InlineData("DELETE", false)]
    [InlineData("OPTIONS", false)]
    [InlineData("TRACE", false)]
    public async Task The_management_listener_is_there_to_be_read(string method, bool served)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        foreach (var target in new[] { "/livez", "/readyz", "/livez?verbose=1" })
        {
            var response = await ExchangeAsync(gateway, gateway.Management, target, "127.0.0.1", key: null, method);
            Assert.Equal(served ? 200 : 404, response.Status);
            Assert.DoesNotContain("default", response.Text, StringComparison.Ordinal);
            Assert.Null(response.Header("Server"));
        }
    }

    [Theory]
    [InlineData("/livez", 200)]
    [InlineData("/readyz", 503)]
    [InlineData("/", 404)]
    public async Task Probes_answer_HEAD_as_GET_without_a_body(string target, int status)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address, setup => setup.CredentialFrom("default", ("Source", "Environment"), ("Variable", "NOT_SET")).DoNotWaitUntilReady());
        using var client = gateway.ManagementClient();
        await gateway.UntilAsync(
            async () => (await (await client.GetAsync("/readyz")).Content.ReadAsStringAsync()).Contains("no credential can be used", StringComparison.Ordinal),
            "the credential to be tried");

        var get = await client.GetAsync(target);
        using var request = new HttpRequestMessage(HttpMethod.Head, target);
        var head = await client.SendAsync(request);

        Assert.Equal((status, status), ((int)get.StatusCode, (int)head.StatusCode));
        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Equal("", await head.Content.ReadAsStringAsync());
        Assert.NotEqual("", await get.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_address_in_the_request_line_opens_no_other_door()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var toData = await ExchangeAsync(gateway, gateway.Data, $"http://{gateway.Management.Authority}/livez", gateway.Management.Authority, The.Key);
        var toManagement = await ExchangeAsync(gateway, gateway.Management, $"http://{gateway.Data.Authority}/v1/users/me", gateway.Data.Authority, The.Key);

        Assert.Equal(400, toData.Status);
        Assert.InRange(toManagement.Status, 400, 499);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("X-Forwarded-Host")]
    [InlineData("X-Forwarded-Port")]
    [InlineData("X-Original-URL")]
    [InlineData("X-Rewrite-URL")]
    [InlineData("Forwarded")]
    public async Task A_forwarding_header_opens_no_other_door(string header)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var toData = gateway.RawCaller();
        using var toManagement = new RawCaller(gateway.Management, gateway.Canaries);
        var value = header switch
        {
            "X-Forwarded-Host" => gateway.Management.Authority,
            "X-Forwarded-Port" => gateway.Management.Port.ToString(),
            "Forwarded" => $"host=\"{gateway.Management.Authority}\"",
            _ => "/livez",
        };

        var data = await toData.ExchangeAsync(
            $"GET /readyz HTTP/1.1\r\nHost: {gateway.Management.Authority}\r\n{header}: {value}\r\nConnection: close\r\n\r\n");
        var management = await toManagement.ExchangeAsync(
            $"GET /v1/users/me HTTP/1.1\r\nHost: {gateway.Data.Authority}\r\n{header}: {(value == "/livez" ? "/v1/users/me" : gateway.Data.Authority)}\r\n" +
            $"Authorization: Bearer {The.Key}\r\nConnection: close\r\n\r\n");

        Assert.Equal(401, data.Status);
        Assert.Equal(404, management.Status);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task Readiness_says_no_names_when_it_says_no()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup
            .DoNotWaitUntilReady()
            .CredentialFrom("sales-team", ("Source", "File"), ("Path", "/nowhere/sales-token"), ("VerifyToken", "false")).Caller(The.Caller, The.Key));

        await gateway.UntilAsync(() => gateway.Logs.Named("CredentialSourceFailed").Any(), "the credential to be tried");
        var response = await ExchangeAsync(gateway, gateway.Management, "/readyz", "127.0.0.1", key: null);

        Assert.Equal(503, response.Status);
        Assert.DoesNotContain("sales", response.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("nowhere", response.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<RawResult> ExchangeAsync(TestGateway gateway, Uri listener, string target, string host, string? key, string method = "GET")
    {
        using var caller = new RawCaller(listener, gateway.Canaries);
        return await caller.ExchangeAsync(
            $"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{(key is null ? "" : $"Authorization: Bearer {key}\r\n")}Connection: close\r\n\r\n");
    }
}
