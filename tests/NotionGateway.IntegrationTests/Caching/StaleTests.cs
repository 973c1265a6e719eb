using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Access;
using NotionGateway.Caching;
using NotionGateway.Caching.Tags;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Caching;

/// <summary>Responses that are older than usual: where a policy allows them, marked, and never after a change.</summary>
public sealed class StaleTests : IAsyncDisposable
{
    private const string Page = "/v1/pages/0f0f0f0f-1111-4222-8333-444444444444";

    private readonly RecordingUpstream _notion = new();
    private Func<RawResponse>? _trouble;

    public StaleTests() => _notion.Answer = request => request.Target == "/v1/users/me"
        ? RawResponse.Json(request.Values("Authorization")[0].EndsWith(The.OtherToken, StringComparison.Ordinal)
            ? """{"object":"user","id":"bot-2","bot":{"workspace_id":"w"} }"""
            : """{"object":"user","id":"bot-1","bot":{"workspace_id":"w"} }""")
        : _trouble?.Invoke() ?? RawResponse.Json("""{"object":"page"}""");

    public ValueTask DisposeAsync() => _notion.DisposeAsync();

    [Fact]
    public async Task While_permits_are_scarce_it_is_given_at_once_and_asked_for_once()
    {
        await using var gateway = await StartLimitedAsync();
        using var client = gateway.Client();
        for (var again = 0; again < 3; again++)
        {
            using var given = await client.GetAsync(Page);
            Assert.Equal(200, given.Status());
            Assert.Matches("^notion-gateway; hit; ttl=-[0-9]+; detail=limited$", Assert.Single(given.Headers.GetValues("Cache-Status")));
            Assert.InRange(given.Headers.Age!.Value.TotalSeconds, 120, 240);
        }

        await gateway.WaitingAsync(1);
        Assert.Single(Reads());
        await gateway.CountedAsync(3, "notion_gateway.cache.requests", ("outcome", "stale"));

        // It is asked for when there is a permit, and then it is new.
        await gateway.AdvanceUntilAsync(() => Reads().Count == 2, "the refresh", TimeSpan.FromSeconds(20));
        await gateway.UntilAsync(
            async () => !(await client.GetAsync(Page)).Headers.GetValues("Cache-Status").Single().Contains("detail=limited"), "the new response");
        Assert.Equal(["identity"], Reads()[1].Values("Accept-Encoding"));
    }

    [Theory]
    [InlineData("max-age=30")]
    [InlineData("min-fresh=1, max-age=100")]
    [InlineData("no-cache")]
    public async Task A_reader_that_says_how_old_it_may_be_does_not_get_an_older_one(string said)
    {
        await using var gateway = await StartLimitedAsync();
        using var client = gateway.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Cache-Control", said);
        using var refused = await client.GetAsync(Page);
        Assert.Equal(429, refused.Status());
    }

    [Fact]
    public async Task What_has_changed_is_not_given_however_scarce_permits_are()
    {
        await using var gateway = await StartLimitedAsync();
        using var client = gateway.Client();
        ((ResponseCache)gateway.Services.GetService(typeof(ResponseCache))!).ChangedElsewhere(
            [new Tag(TagKind.Object, Tag.IdOf("0f0f0f0f-1111-4222-8333-444444444444"))]);
        using var refused = await client.GetAsync(Page);
        Assert.Equal(429, refused.Status());
        Assert.Equal(["cooling_down"], refused.Headers.GetValues("Notion-Gateway-Reason"));
    }

    [Fact]
    public async Task When_the_program_ends_refreshes_are_dropped()
    {
        await using var gateway = await StartLimitedAsync();
        using var client = gateway.Client();
        using (var given = await client.GetAsync(Page))
        {
            Assert.Equal(200, given.Status());
        }

        await gateway.WaitingAsync(1);
        await gateway.EndAsync(gateway.StopAsync());
        Assert.Single(Reads());
        Assert.DoesNotContain(gateway.Logs.Lines, line => line.ToString().Contains("RefreshBroke"));
    }

    [Fact]
    public async Task In_place_of_a_failure_of_Notions_it_is_given_for_as_long_as_the_policy_says()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        await StoreAsync(gateway, client);
        foreach (var trouble in new Func<RawResponse>[]
        {
            () => RawResponse.Json("""{"object":"error","status":500,"code":"internal_server_error","message":"m"}""", 500),
            () => RawResponse.Json("""{"object":"error","status":503,"code":"service_unavailable","message":"m"}""", 503),
            () => new RawResponse().Reset(),
        })
        {
            _trouble = trouble;
            using var given = await RunAsync(gateway, client.GetAsync(Page));
            Assert.Equal(200, given.Status());
            Assert.Equal("""{"object":"page"}""", await given.Content.ReadAsStringAsync());
            Assert.Matches("^notion-gateway; hit; ttl=-[0-9]+; detail=error$", Assert.Single(given.Headers.GetValues("Cache-Status")));
            Assert.False(given.Headers.Contains("Notion-Gateway-Reason"));
        }

        gateway.Clock.Advance(TimeSpan.FromMinutes(5));
        using var failed = await RunAsync(gateway, client.GetAsync(Page));
        Assert.Equal(502, failed.Status());
    }

    [Fact]
    public async Task Once_Notion_says_that_it_is_gone_it_is_never_given_again()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        await StoreAsync(gateway, client);
        _trouble = () => RawResponse.Json("""{"object":"error","status":404,"code":"object_not_found","message":"m"}""", 404);
        using var gone = await RunAsync(gateway, client.GetAsync(Page));
        Assert.Equal(404, gone.Status());
        _trouble = () => RawResponse.Json("""{"object":"error","status":500,"code":"internal_server_error","message":"m"}""", 500);
        using var failed = await RunAsync(gateway, client.GetAsync(Page));
        Assert.Equal(500, failed.Status());
    }

    [Fact]
    public async Task When_Notion_itself_says_that_it_gets_too_many_requests_it_is_given()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        await StoreAsync(gateway, client);
        _trouble = () => RawResponse.Json("""{"object":"error","status":429,"code":"rate_limited","message":"m"}""", 429, "Retry-After: 500");
        using var given = await RunAsync(gateway, client.GetAsync(Page));
        Assert.Equal(200, given.Status());
        Assert.EndsWith("; detail=limited", Assert.Single(given.Headers.GetValues("Cache-Status")));
    }

    [Fact]
    public async Task A_response_with_the_gateways_own_token_is_neither_stored_nor_replaced()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        await StoreAsync(gateway, client);
        _trouble = () => RawResponse.Json($$"""{"object":"page","leak":"{{The.NotionToken}}"}""");
        for (var again = 0; again < 2; again++)
        {
            using var leaked = await RunAsync(gateway, client.GetAsync(Page));
            Assert.Equal((HttpStatusCode.BadGateway, "upstream_leaked_token"),
                (leaked.StatusCode, leaked.Headers.GetValues("Notion-Gateway-Reason").Single()));
        }
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task What_one_connection_has_read_is_not_given_to_a_caller_that_uses_another_one_after_its_wait(int status)
    {
        await using var gateway = await StartAsync(setup => Slow(setup).Credential("second", The.OtherToken, probe: true));
        using var client = gateway.Client();
        await StoreAsync(gateway, client);
        RawResponse Trouble() => status switch
        {
            429 => Flowing.Limited("500"),
            502 => new RawResponse().Reset(),
            _ => Flowing.Error(503, "service_unavailable"),
        };
        using var failed = await ReadDuringReloadAsync(gateway, client, caller => caller with { Credential = "second" }, Trouble);
        Assert.Equal(status, failed.Status());
        Assert.EndsWith(The.OtherToken, Reads()[^1].Values("Authorization")[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stale", 200)]
    [InlineData(null, 503)]
    public async Task After_a_wait_the_policy_that_the_caller_has_then_applies(string? policy, int status)
    {
        await using var gateway = await StartAsync(setup => Slow(setup));
        using var client = gateway.Client();
        await StoreAsync(gateway, client);
        using var response = await ReadDuringReloadAsync(
            gateway, client, caller => caller with { Cache = policy }, () => Flowing.Error(503, "service_unavailable"));
        Assert.Equal(status, response.Status());
    }

    [Fact]
    public async Task Refreshes_do_not_make_the_same_callers_writes_wait_in_vain()
    {
        await using var gateway = await StartAsync(setup => Slow(setup));
        using var client = gateway.Client();
        var pages = Enumerable.Range(0, 60).Select(page => $"/v1/pages/{page.ToString(CultureInfo.InvariantCulture)}").ToList();
        foreach (var page in pages)
        {
            using var stored = await gateway.Clock.RunAsync(client.GetAsync(page), TimeSpan.FromSeconds(1));
            Assert.Equal(200, stored.Status());
        }

        gateway.Clock.Advance(TimeSpan.FromMinutes(2));
        _trouble = () => Flowing.Limited("60");
        using var limited = await RunAsync(gateway, client.GetAsync("/v1/pages/another"));
        Assert.Equal(429, limited.Status());
        _trouble = null;
        foreach (var page in pages)
        {
            using var given = await client.GetAsync(page);
            Assert.EndsWith("; detail=limited", Assert.Single(given.Headers.GetValues("Cache-Status")), StringComparison.Ordinal);
        }

        gateway.Clock.Advance(TimeSpan.FromSeconds(50));
        using var written = await gateway.Clock.RunAsync(gateway.SendAsync(client, "PATCH", Page, "{}"), TimeSpan.FromSeconds(1));
        Assert.Equal(200, written.Status());
    }

    /// <summary>The response to a read that waits for a moment, during which its caller's settings change.</summary>
    private async Task<HttpResponseMessage> ReadDuringReloadAsync(
        TestGateway gateway, HttpClient client, Func<CallerOptions, CallerOptions> change, Func<RawResponse> trouble)
    {
        using var takesThePermit = await RunAsync(gateway, client.GetAsync("/v1/users"));
        foreach (var binding in gateway.Services.GetRequiredService<ConnectionQueues>().Bindings)
        {
            binding.ConnectionQueue.Hold(gateway.Clock.Monotonic() + TimeSpan.FromSeconds(1));
        }

        _trouble = trouble;
        var reading = client.GetAsync(Page);
        await gateway.WaitingAsync(1);
        var access = gateway.Services.GetRequiredService<Reloadable<AccessOptions>>();
        access.Replace(access.Current with { Callers = [.. access.Current.Callers.Select(change)] });
        return await RunAsync(gateway, reading);
    }

    private static async Task<HttpResponseMessage> RunAsync(TestGateway gateway, Task<HttpResponseMessage> sending) => await gateway.Clock.RunAsync(sending);

    private List<RecordedRequest> Reads() => [.. _notion.Requests.Where(request => request.Target == Page)];

    /// <summary>A stored response that is two minutes old.</summary>
    private static async Task StoreAsync(TestGateway gateway, HttpClient client)
    {
        using var stored = await RunAsync(gateway, client.GetAsync(Page));
        Assert.Equal("notion-gateway; fwd=miss; stored", stored.Headers.GetValues("Cache-Status").Single());
        gateway.Clock.Advance(TimeSpan.FromMinutes(2));
    }

    /// <summary>The same, where Notion has asked for a pause of minutes.</summary>
    private async Task<TestGateway> StartLimitedAsync()
    {
        var gateway = await StartAsync();
        using var client = gateway.Client();
        await StoreAsync(gateway, client);
        _trouble = () => Flowing.Limited("500");
        using var limited = await RunAsync(gateway, client.GetAsync("/v1/pages/0e0e0e0e-1111-4222-8333-444444444444"));
        Assert.Equal(429, limited.Status());
        _trouble = null;
        return gateway;
    }

    /// <summary>A permit a second, and no more at once.</summary>
    private static GatewaySetup Slow(GatewaySetup setup) => setup.Limit(6000, 60)
        .Setting("Gateway:FlowControl:Plans:Standard:RatePerSecond", "1").Setting("Gateway:FlowControl:Plans:Standard:Burst", "1");

    private Task<TestGateway> StartAsync(Action<GatewaySetup>? configure = null) => TestGateway.StartAsync(_notion.Address, setup =>
    {
        setup.OnFakeTime().Credential("default", The.NotionToken, probe: true).Caller(The.Caller, The.Key, credential: "default")
            .Flow("MaxAttempts", "1")
            .Setting("Gateway:Caching:Policies:stale:Ttl", "00:01:00")
            .Setting("Gateway:Caching:Policies:stale:StaleWhileLimited", "00:30:00")
            .Setting("Gateway:Caching:Policies:stale:StaleIfError", "00:05:00")
            .Setting($"Gateway:Access:Callers:{The.Caller}:Cache", "stale");
        configure?.Invoke(setup);
    });
}
