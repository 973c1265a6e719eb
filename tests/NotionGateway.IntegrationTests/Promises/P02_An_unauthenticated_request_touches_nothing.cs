using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Promises;

/// <summary>Promise 2: an unauthenticated request touches nothing: no upstream byte, no memory for its body, no line or label without bound.</summary>
public sealed class P02_An_unauthenticated_request_touches_nothing
{
    [Fact]
    public async Task A_thousand_strangers_leave_a_bounded_trace()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        var random = new Random(1);

        await Parallel.ForAsync(0, 1000, async (number, cancellationToken) =>
        {
            using var caller = gateway.RawCaller();
            var method = random.Next(3) switch { 0 => "GET", 1 => "POST", _ => $"M{number}" };
            await caller.ExchangeAsync(
                $"{method} /v1/path{number}?q={number} HTTP/1.1\r\nHost: h{number}\r\nUser-Agent: agent{number}\r\nAuthorization: Bearer key{number}\r\n" +
                "Connection: close\r\n\r\n");
        });

        Assert.Equal(0, upstream.Connections);
        await gateway.CountedAsync(1000, "notion_gateway.requests");
        var series = gateway.Metrics.All.Select(measurement => measurement.Instrument + string.Join(',', measurement.Labels)).Distinct().Count();
        Assert.InRange(series, 1, 12);
        Assert.InRange(gateway.Logs.Named("Denial").Count(), 1, 300);
        Assert.All(gateway.Logs.Named("Denial"), line => Assert.DoesNotContain("path", line.Text));
    }

    [Fact]
    public async Task Its_body_is_not_waited_for()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        await caller.SendAsync(
            "POST /v1/search HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer wrong\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{");
        var response = await caller.ReadResponseAsync();

        Assert.Equal(401, response.Status);
        Assert.Equal(0, upstream.Connections);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("")]
    [InlineData("Basic Zm9vOmJhcg==")]
    [InlineData("Bearer  x y")]
    [InlineData("Token abc")]
    public async Task Any_other_credential_is_401_and_says_how(string authorization)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        var response = await caller.ExchangeAsync($"GET /v1/users/me HTTP/1.1\r\nHost: g\r\nAuthorization: {authorization}\r\nConnection: close\r\n\r\n");

        Assert.Equal(401, response.Status);
        Assert.Equal("Bearer", response.Header("WWW-Authenticate"));
        Assert.Contains("\"code\":\"unauthorized\"", response.Body);
        Assert.Equal(0, upstream.Connections);
    }

    [Fact]
    public async Task A_disabled_caller_learns_no_more_than_a_stranger()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup
            .Caller(The.Caller, The.Key).Caller("gone", The.OtherKey).Setting("Gateway:Access:Callers:gone:Disabled", "true"));

        var disabled = await gateway.Client(The.OtherKey).GetAsync("/v1/users/me");
        var stranger = await gateway.Client("ngw_nobody").GetAsync("/v1/users/me");

        Assert.Equal(await TextWithoutId(stranger), await TextWithoutId(disabled));
        await gateway.CountedAsync(1, "notion_gateway.denials", ("reason", "caller_disabled"), ("caller", "gone"));
        await gateway.CountedAsync(1, "notion_gateway.denials", ("reason", "invalid_key"), ("caller", "unknown"));
    }

    private static async Task<string> TextWithoutId(HttpResponseMessage response)
    {
        var body = System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        Assert.Equal([(string?)body["request_id"]], response.Headers.GetValues("Notion-Gateway-Request-Id"));
        body.Remove("request_id");
        response.Headers.Remove("Notion-Gateway-Request-Id");
        response.Headers.Date = null;
        return $"{response.StatusCode} {response.Headers} {body}";
    }
}
