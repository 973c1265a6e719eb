using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Connections;
using NotionSandbox.Faults;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>Notion's 429 is absorbed: what it names is paused, everything else goes on, and the waiting requests are answered.</summary>
public sealed class RateLimitTests
{
    /// <summary>A step of the clock in which no pause comes near its end.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData("public_api_request_rate_limit", "public_api_request_rate_limit")]
    [InlineData("a_reason_that_nobody_knows", "other")]
    [InlineData(null, "none")]
    public async Task Fifty_requests_that_meet_one_429_all_succeed(string? reason, string label)
    {
        await using var upstream = new RecordingUpstream { Answer = Flowing.InPermit(Flowing.Limited("2", reason)) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime().Limit(1000, 10));
        using var client = gateway.Client();

        var answers = await gateway.Clock.RunAsync(Task.WhenAll(gateway.SendMany(client, 50)));

        Assert.All(answers, response => Assert.Equal(200, response.Status()));
        Assert.Equal(51, upstream.Requests.Count);
        await gateway.CountedAsync(
            1, "notion_gateway.upstream.responses", ("credential", "default"), ("operation", "users.me"), ("status", "429"), ("limit_reason", label));
        await gateway.CountedAsync(
            50, "notion_gateway.upstream.responses", ("credential", "default"), ("operation", "users.me"), ("status", "200"), ("limit_reason", "none"));
        Assert.Equal(1, gateway.Metrics.Sum("notion_gateway.upstream.retries", ("credential", "default"), ("cause", "rate_limited")));
        Assert.Equal(1, gateway.Metrics.Sum("notion_gateway.upstream.retries"));
        var line = Assert.Single(gateway.Logs.Named("LimitedByNotion"));
        Assert.Equal((label, 2.0, 1000), (line.Values["LimitReason"], line.Values["Seconds"], line.Values["Limit"]));
        await gateway.CountedAsync(51, "notion_gateway.upstream.requests", ("caller", The.Caller), ("credential", "default"));
    }

    [Fact]
    public async Task A_limit_that_Notion_counts_more_strictly_than_we_do_still_ends_well_and_meets_few_429s()
    {
        // Ours is five times what Notion allows: as if another program used the connection as well.
        var clock = new TestClock();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions
        {
            TimeProvider = clock,
            Connections = [ConnectionSettings.Demo with { Limit = new NotionSandbox.Limits.RequestLimit(20, TimeSpan.FromSeconds(1)) }],
        });
        await using var gateway = await TestGateway.StartAsync(
            sandbox.BaseUrl, setup => setup.OnFakeTime(clock).Credential("default", ConnectionSettings.DemoToken).Limit(100, 1));
        using var client = gateway.Client();

        var requests = gateway.SendMany(client, 50);
        await Saturation.AdvanceAsync(
            clock, () => requests.Count(request => !request.IsCompleted), () => requests.All(request => request.IsCompleted), gateway);
        var answers = await Task.WhenAll(requests);

        Assert.All(answers, response => Assert.Equal(200, response.Status()));
        Assert.InRange(sandbox.Received.Statuses[429], 1, 20);
        Assert.InRange(gateway.Logs.Named("LimitedByNotion").Count(), 1, 4);
    }

    [Fact]
    public async Task The_pause_of_a_connection_holds_every_operation_back_and_shows_in_the_gauge()
    {
        await using var upstream = new RecordingUpstream { Answer = Flowing.InPermit(Flowing.Limited("3")) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime().Limit(10, 1));
        using var client = gateway.Client();
        var limited = gateway.SendAsync(client);
        await gateway.WaitingAsync(1);
        Assert.Equal(3, gateway.Gauge("notion_gateway.cooldown", ("credential", "default"), ("level", "credential")), precision: 6);
        var others = new[] { gateway.SendAsync(client, "POST", "/v1/pages", "{}"), gateway.SendAsync(client, "GET", "/v1/users") };
        await gateway.WaitingAsync(3);
        gateway.Clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Single(upstream.Requests);

        Assert.All(await gateway.Clock.RunAsync(Task.WhenAll([limited, .. others])), response => Assert.Equal(200, response.Status()));

        // The one that was refused stands before those who came later.
        Assert.Equal("/v1/users/me", upstream.Requests[1].Target);
        Assert.DoesNotContain(gateway.Metrics.Gauges(), measurement => measurement.Instrument == "notion_gateway.cooldown");
    }

    [Fact]
    public async Task A_limit_of_the_workspace_pauses_both_credentials_of_it_and_no_other()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var demo = sandbox.Connections["demo"];
        var neighbour = sandbox.AddConnection("neighbour");
        var stranger = sandbox.AddConnection(new ConnectionSettings("stranger") { Workspace = "Elsewhere" });
        await using var gateway = await TestGateway.StartAsync(sandbox.BaseUrl, setup => setup
            .OnFakeTime()
            .Credential("one", demo.Token, probe: true).Credential("two", neighbour.Token, probe: true).Credential("far", stranger.Token, probe: true)
            .Caller(The.Caller, The.Key, credential: "one", credentials: ["two", "far"]));
        using var client = gateway.Client();
        foreach (var credential in new[] { "one", "two", "far" })
        {
            Assert.Equal(200, (await gateway.Clock.RunAsync(UseAsync(client, credential))).Status());
        }

        gateway.Clock.Advance(TimeSpan.FromSeconds(2));

        sandbox.Received.Clear();
        sandbox.Faults.Add(new RateLimitedFault { RetryAfter = ["3"], Reason = "public_api_space_request_rate_limit" }, times: 1);

        var one = UseAsync(client, "one");
        await gateway.WaitingAsync(1);
        var two = UseAsync(client, "two");
        await gateway.WaitingAsync(2);
        var far = await gateway.Clock.RunAsync(UseAsync(client, "far"), Moment);

        Assert.Equal(200, far.Status());
        Assert.False(one.IsCompleted || two.IsCompleted, "The workspace was not paused.");
        foreach (var (credential, paused) in new[] { ("one", true), ("two", true), ("far", false) })
        {
            Assert.Equal(paused, gateway.Gauge("notion_gateway.cooldown", ("credential", credential), ("level", "workspace")) > 0);
        }

        Assert.Equal([200, 200], (await gateway.Clock.RunAsync(Task.WhenAll(one, two))).Select(Flowing.Status));
        Assert.Equal(4, sandbox.Received.Total);
        Assert.Equal("Workspace", Assert.Single(gateway.Logs.Named("LimitedByNotion")).Values["Level"]!.ToString());
    }

    [Fact]
    public async Task A_limit_of_an_endpoint_pauses_that_operation_and_others_go_on()
    {
        await using var upstream = new RecordingUpstream { Answer = Flowing.InPermit(Flowing.Limited("3", "public_api_endpoint_rate_limit")) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime());
        using var client = gateway.Client();
        var limited = gateway.SendAsync(client, "POST", "/v1/search", "{}");
        await gateway.WaitingAsync(1);
        var same = gateway.SendAsync(client, "POST", "/v1/search", """{"query":"later"}""");
        await gateway.WaitingAsync(2);

        var paused = gateway.Clock.Elapsed;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(200, (await gateway.Clock.RunAsync(gateway.SendAsync(client), Moment)).Status());
        }

        var left = TimeSpan.FromSeconds(3) - (gateway.Clock.Elapsed - paused);
        Assert.Equal(left.TotalSeconds, gateway.Gauge("notion_gateway.cooldown", ("credential", "default"), ("level", "endpoint")), precision: 6);
        Assert.Equal(0, gateway.Gauge("notion_gateway.cooldown", ("level", "credential")));
        Assert.Single(upstream.Requests, request => request.Target == "/v1/search");
        Assert.Equal([200, 200], (await gateway.Clock.RunAsync(Task.WhenAll(limited, same))).Select(Flowing.Status));
        Assert.Equal(3, upstream.Requests.Count(request => request.Target == "/v1/search"));
    }

    [Fact]
    public async Task A_blocked_connection_is_told_so_once_and_nothing_waits_for_it()
    {
        var body = Flowing.LimitedBody("public_api_request_blocked");
        await using var upstream = new RecordingUpstream { Answer = Flowing.InPermit(Flowing.Limited(null, "public_api_request_blocked")) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var blocked = await gateway.GetAsync();

        Assert.Equal((429, null), (blocked.Status(), blocked.Reason()));
        Assert.Equal(body, await blocked.Content.ReadAsStringAsync());
        Assert.False(blocked.Headers.Contains("Retry-After"));
        Assert.Single(upstream.Requests);
        Assert.Equal("public_api_request_blocked", Assert.Single(gateway.Logs.Named("BlockedByNotion")).Values["LimitReason"]);
        Assert.Empty(gateway.Logs.Named("LimitedByNotion"));
        Assert.Equal(0, gateway.Gauge("notion_gateway.cooldown"));
        await gateway.CountedAsync(1, "notion_gateway.upstream.responses", ("status", "429"), ("limit_reason", "public_api_request_blocked"));
        Assert.Equal(0, gateway.Metrics.Sum("notion_gateway.upstream.retries"));
        Assert.Equal(200, (await gateway.GetAsync()).Status());
    }

    [Fact]
    public async Task A_pause_beyond_the_deadline_is_handed_on_with_Notions_bytes_and_those_who_come_are_told_to_wait()
    {
        var body = Flowing.LimitedBody();
        await using var upstream = new RecordingUpstream { Answer = Flowing.InPermit(Flowing.Limited("47")) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime());

        var limited = await gateway.GetAsync();
        var next = await gateway.WriteAsync();

        Assert.Equal((429, null, 47), (limited.Status(), limited.Reason(), limited.RetryAfter()));
        Assert.Equal(body, await limited.Content.ReadAsStringAsync());
        Assert.Equal((429, "cooling_down"), (next.Status(), next.Reason()));
        Assert.Equal(47, next.RetryAfter());
        Assert.Single(upstream.Requests);
        Assert.Single(gateway.Logs.Named("LimitedByNotion"));
        Assert.Single(gateway.Metrics.Matching("notion_gateway.queue.wait", ("outcome", "denied"), ("caller", The.Caller)));
    }

    [Fact]
    public async Task Those_who_wait_already_are_told_at_once_that_the_pause_is_too_long_for_them()
    {
        var hold = new TaskCompletionSource();
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => new RawResponse().After(hold.Task).Send("HTTP/1.1 429 Slow\r\nRetry-After: 400\r\nContent-Length: 2\r\n\r\n{}"),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime().Limit(1, 20));
        using var client = gateway.Client();
        var first = gateway.SendAsync(client);
        await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the first request to be sent");
        var waiting = gateway.SendAsync(client);
        await gateway.WaitingAsync(1);
        hold.SetResult();

        var refused = await waiting;

        Assert.Equal((429, "cooling_down"), (refused.Status(), refused.Reason()));
        Assert.Equal(400, refused.RetryAfter());
        Assert.Equal(400, (await first).RetryAfter());
        Assert.Single(upstream.Requests);
    }

    private static async Task<HttpResponseMessage> UseAsync(HttpClient client, string credential)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/users/me");
        request.Headers.Add("Notion-Gateway-Credential", credential);
        return await client.SendAsync(request);
    }
}
