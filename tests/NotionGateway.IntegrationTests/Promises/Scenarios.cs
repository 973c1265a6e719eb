using System.Text;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Promises;

/// <summary>One way to cause each refusal, with the expected response: the whole table of the contract.</summary>
internal sealed record Scenario(string Reason, int Status, string Code, string? Shown_ = null)
{
    public string Shown => Shown_ ?? Reason;

    public Action<GatewaySetup>? Setup { get; init; }

    public Func<RecordedRequest, RawResponse>? Upstream { get; init; }

    public Func<HttpRequestMessage> Request { get; init; } = () => new HttpRequestMessage(HttpMethod.Get, "/v1/users/me");

    public string? Key { get; init; } = The.Key;

    public bool UpstreamIsGone { get; init; }

    /// <summary>Whether the gateway ends once the request is at Notion.</summary>
    public bool EndsMeanwhile { get; init; }

    public async Task<ScenarioRun> RunAsync()
    {
        var upstream = new RecordingUpstream();
        upstream.Answer = Upstream ?? upstream.Answer;
        var gateway = await TestGateway.StartAsync(upstream.Address, setup =>
        {
            setup.Caller("gone", The.OtherKey).Setting("Gateway:Access:Callers:gone:Disabled", "true").Caller(The.Caller, The.Key);
            Setup?.Invoke(setup);
        });
        if (UpstreamIsGone)
        {
            await upstream.DisposeAsync();
        }

        var response = gateway.Client(Key).SendAsync(Request());
        if (EndsMeanwhile)
        {
            await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the request to be at Notion");
            await gateway.StopAsync();
        }

        return new ScenarioRun(gateway, upstream, await response);
    }
}

/// <summary>A scenario that has been run, to be inspected and disposed.</summary>
internal sealed record ScenarioRun(TestGateway Gateway, RecordingUpstream Upstream, HttpResponseMessage Answer) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        Answer.Dispose();
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}

/// <summary>The scenarios by name.</summary>
internal static class Scenarios
{
    private static readonly Scenario[] All =
    [
        new("malformed_target", 400, "validation_error") { Request = () => new(HttpMethod.Get, "/v1/users/a%40b") },
        new("malformed_request", 400, "validation_error") { Request = () => new(HttpMethod.Get, "/v1/users/me") { Headers = { { "Expect", "x" } } } },
        new("not_cached", 504, "service_unavailable")
        {
            Request = () => new(HttpMethod.Get, "/v1/users/me") { Headers = { { "Cache-Control", "only-if-cached" } } },
            Setup = setup => setup.Setting("Gateway:Caching:Policies:short:Ttl", "00:00:10").Setting($"Gateway:Access:Callers:{The.Caller}:Cache", "short"),
        },
        new("query_token_rejected", 400, "validation_error")
        {
            Request = () => new(HttpMethod.Get, "/v1/users?token=abc"),
            Setup = setup => setup.Setting("Gateway:Access:QueryTokens:Action", "Reject"),
        },
        new("version_not_allowed", 400, "validation_error")
        {
            Request = () => new(HttpMethod.Get, "/v1/users/me") { Headers = { { "Notion-Version", "2021-05-13" } } },
            Setup = setup => setup.Setting("Gateway:Forwarding:AllowedNotionVersions:0", "2022-06-28"),
        },
        new("unknown_operation", 400, "invalid_request_url") { Request = () => new(HttpMethod.Get, "/v1/nothing") },
        new("missing_key", 401, "unauthorized") { Key = null },
        new("invalid_key", 401, "unauthorized") { Key = "ngw_wrong" },
        new("caller_disabled", 401, "unauthorized", "invalid_key") { Key = The.OtherKey },
        new("notion_token_presented", 401, "unauthorized") { Key = "ntn_presented" },
        new("not_permitted", 403, "restricted_resource")
        {
            Request = () => Post("/v1/pages"),
            Setup = setup => setup.Caller(The.Caller, The.Key, grants: ["read"]),
        },
        new("credential_not_allowed", 403, "restricted_resource")
        {
            Request = () => new(HttpMethod.Get, "/v1/users/me") { Headers = { { "Notion-Gateway-Credential", "other" } } },
        },
        new("method_not_allowed", 405, "invalid_request") { Request = () => new(HttpMethod.Put, "/v1/users/me") },
        new("body_too_large", 413, "validation_error")
        {
            Request = () => Post("/v1/pages", new string(' ', 2000)),
            Setup = setup => setup.OnFakeTime().Setting("Gateway:Forwarding:MaxJsonBodyBytes", "1024"),
        },
        new("unsupported_media_type", 415, "validation_error")
        {
            Request = () => Post("/v1/pages", "a=b", "application/x-www-form-urlencoded"),

            // However slowly the body comes, the connection is not closed before its caller has read the response.
            Setup = setup => setup.OnFakeTime(),
        },
        new("wait_too_long", 429, "rate_limited") { Setup = setup => SlowAfterProbe(setup) },
        new("cooling_down", 429, "rate_limited")
        {
            Setup = setup => SlowAfterProbe(setup),
            Upstream = _ => RawResponse.Json("""{"code":"rate_limited"}""", 429, "Retry-After: 300"),
        },
        new("upstream_overloaded", 429, "rate_limited")
        {
            Upstream = _ => RawResponse.Json(
                """{"code":"service_overload","message":"Notion is overloaded right now. Please try again later."}""", 529, "Retry-After: 300"),
        },
        new("upstream_unreachable", 502, "service_unavailable") { UpstreamIsGone = true },
        new("upstream_reset", 502, "service_unavailable") { Upstream = _ => new RawResponse().Reset() },
        new("upstream_leaked_token", 502, "service_unavailable") { Upstream = _ => RawResponse.Json($"\"{The.NotionToken}\"") },
        new("upstream_unauthorized", 502, "service_unavailable")
        {
            Upstream = _ => RawResponse.Json("""{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}""", 401),
        },
        new("interrupted", 502, "service_unavailable")
        {
            Upstream = _ => new RawResponse().Hang(),
            EndsMeanwhile = true,
            Setup = setup => setup.Setting("Gateway:DrainDelay", "00:00:00").Setting("Gateway:ShutdownTimeout", "00:00:01.2"),
        },
        new("credential_unavailable", 503, "service_unavailable")
        {
            Setup = setup => setup.CredentialFrom("absent", ("Source", "Environment"), ("Variable", "NOT_SET"))
                .Credential("default", The.NotionToken).Caller(The.Caller, The.Key, credential: "absent"),
        },
        new("upstream_timeout", 504, "service_unavailable")
        {
            Upstream = _ => new RawResponse().Hang(),
            Setup = setup => setup.Setting("Gateway:Forwarding:ResponseTimeout", "00:00:00.2"),
        },
    ];

    public static readonly IReadOnlyDictionary<string, Scenario> ByName = All.ToDictionary(scenario => scenario.Reason);

    public static TheoryData<string> Names => [.. ByName.Keys];

    /// <summary>The probe at the start has used the only permit, and there is no other while time stands still.</summary>
    private static void SlowAfterProbe(GatewaySetup setup) => setup
        .OnFakeTime()
        .Credential("default", The.NotionToken, probe: true)
        .Setting("Gateway:FlowControl:Plans:Standard:RatePerSecond", "0.01")
        .Setting("Gateway:FlowControl:MaxWait", "00:00:01");

    private static HttpRequestMessage Post(string target, string body = "{}", string type = "application/json") =>
        new(HttpMethod.Post, target) { Content = new StringContent(body, Encoding.UTF8, type) };
}
