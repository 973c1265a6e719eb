using NotionSandbox;
using NotionSandbox.Connections;
using NotionSandbox.Faults;
using NotionSandbox.Limits;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>Requests are counted in fixed windows, and one too many is refused.</summary>
public sealed class LimitTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_window_may_be_spent_at_once_and_then_the_rest_of_it_is_the_wait()
    {
        await using var visit = await Visit.StartAsync();
        visit.Clock.Advance(TimeSpan.FromSeconds(42.5));

        for (var i = 0; i < 180; i++)
        {
            (await visit.GetAsync("/v1/users/me")).Done();
        }

        var refused = (await visit.GetAsync("/v1/users/me")).IsError(429, "rate_limited");
        Assert.Equal("18", refused.Header("Retry-After"));
        Assert.Equal("""{"rate_limit_reason":"public_api_request_rate_limit","retry_after":"18"}""", refused.Json["additional_data"]!.ToJsonString());
        Assert.Equal("You have been rate limited. Please try again in a few minutes.", refused.Message);
    }

    [Fact]
    public async Task A_new_window_begins_when_the_wait_is_over_and_not_before()
    {
        await using var visit = await StartAsync(new RequestLimit(1, Minute));
        await visit.GetAsync("/v1/users/me");

        visit.Clock.Advance(TimeSpan.FromSeconds(59.999));
        var early = (await visit.GetAsync("/v1/users/me")).IsError(429, "rate_limited");
        visit.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("1", early.Header("Retry-After"));
        (await visit.GetAsync("/v1/users/me")).Done();
    }

    [Fact]
    public async Task Windows_begin_where_the_phase_says()
    {
        await using var visit = await StartAsync(new RequestLimit(1, Minute, TimeSpan.FromSeconds(17)));
        await visit.GetAsync("/v1/users/me");

        Assert.Equal("17", (await visit.GetAsync("/v1/users/me")).Header("Retry-After"));
        visit.Clock.Advance(TimeSpan.FromSeconds(17));
        (await visit.GetAsync("/v1/users/me")).Done();
    }

    [Fact]
    public async Task The_wait_is_never_less_than_a_second()
    {
        await using var visit = await StartAsync(new RequestLimit(1, TimeSpan.FromMilliseconds(200)));
        await visit.GetAsync("/v1/users/me");

        Assert.Equal("1", (await visit.GetAsync("/v1/users/me")).Header("Retry-After"));
    }

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 429)]
    public async Task Whether_refused_requests_count_is_a_switch(bool countRefused, int status)
    {
        await using var visit = await Visit.StartAsync(new SandboxOptions { CountRefused = countRefused });
        visit.Demo.Limit = new RequestLimit(3, Minute);
        visit.Sandbox.Faults.Add(new RateLimitedFault(), times: 2);

        for (var i = 0; i < 4; i++)
        {
            await visit.GetAsync("/v1/users/me");
        }

        Assert.Equal(status, (await visit.GetAsync("/v1/users/me")).Status);
    }

    [Fact]
    public async Task Two_tokens_of_a_connection_share_its_window()
    {
        await using var visit = await StartAsync(new RequestLimit(2, Minute));
        var old = visit.Demo.Token;
        var fresh = visit.Demo.Rotate(OldToken.KeepsWorking);

        (await visit.GetAsync("/v1/users/me", old)).Done();
        (await visit.GetAsync("/v1/users/me", fresh)).Done();

        (await visit.GetAsync("/v1/users/me", old)).IsError(429, "rate_limited");
    }

    [Fact]
    public async Task Connections_of_a_workspace_share_its_limit_as_well()
    {
        await using var visit = await Visit.StartAsync();
        var neighbour = visit.Sandbox.AddConnection("neighbour");
        var stranger = visit.Sandbox.AddConnection(new ConnectionSettings("stranger") { Workspace = "Elsewhere" });
        visit.Sandbox.Windows.LimitWorkspace(visit.Demo.WorkspaceId, new RequestLimit(2, TimeSpan.FromMinutes(5)));

        (await visit.GetAsync("/v1/users/me")).Done();
        (await visit.GetAsync("/v1/users/me", neighbour.Token)).Done();
        var refused = (await visit.GetAsync("/v1/users/me", neighbour.Token)).IsError(429, "rate_limited");

        Assert.Equal("public_api_space_request_rate_limit", (string?)refused.Json["additional_data"]!["rate_limit_reason"]);
        Assert.Equal("300", refused.Header("Retry-After"));
        (await visit.GetAsync("/v1/users/me", stranger.Token)).Done();
    }

    [Fact]
    public async Task An_endpoint_may_have_a_limit_of_its_own()
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Windows.LimitEndpoint(visit.Demo, "GET", "/v1/pages/{page_id}", new RequestLimit(1, Minute));

        (await visit.GetAsync($"/v1/pages/{Visit.Home}")).Done();
        var refused = (await visit.GetAsync($"/v1/pages/{Visit.LongPage}")).IsError(429, "rate_limited");

        Assert.Equal("public_api_endpoint_rate_limit", (string?)refused.Json["additional_data"]!["rate_limit_reason"]);
        (await visit.GetAsync("/v1/users/me")).Done();
    }

    [Fact]
    public async Task A_blocked_connection_is_refused_without_a_word_about_when()
    {
        await using var visit = await Visit.StartAsync();
        visit.Demo.IsBlocked = true;

        var refused = (await visit.GetAsync("/v1/users/me")).IsError(429, "rate_limited");

        Assert.Equal("""{"rate_limit_reason":"public_api_request_blocked"}""", refused.Json["additional_data"]!.ToJsonString());
        Assert.Null(refused.Header("Retry-After"));
    }

    [Theory]
    [InlineData(Plan.Free, 180)]
    [InlineData(Plan.Plus, 180)]
    [InlineData(Plan.Business, 600)]
    [InlineData(Plan.Enterprise, 600)]
    public async Task The_plan_sets_the_limit_unless_told_otherwise(object plan, int size)
    {
        await using var visit = await Visit.StartAsync();

        Assert.Equal(size, visit.Sandbox.AddConnection(new ConnectionSettings("other") { Plan = (Plan)plan }).Limit.Size);
    }

    [Fact]
    public async Task What_came_when_can_be_asked_afterwards()
    {
        await using var visit = await StartAsync(new RequestLimit(2, Minute));
        foreach (var (requests, wait) in new[] { (1, 50), (3, 20), (1, 600), (2, 0) })
        {
            for (var i = 0; i < requests; i++)
            {
                await visit.GetAsync("/v1/users/me");
            }

            visit.Clock.Advance(TimeSpan.FromSeconds(wait));
        }

        var windows = visit.Sandbox.Windows["demo"];
        Assert.Equal([(4, 2, 2), (1, 1, 0), (2, 2, 0)], windows.All.Select(window => (window.Arrived, window.Admitted, window.Refused)));
        Assert.Equal(4, windows.Max);
        Assert.Equal(4, windows.PeakInAnySpan);
    }

    [Fact]
    public async Task The_peak_is_looked_for_across_windows_too()
    {
        await using var visit = await StartAsync(new RequestLimit(100, Minute));
        visit.Clock.Advance(TimeSpan.FromSeconds(50));
        for (var i = 0; i < 6; i++)
        {
            await visit.GetAsync("/v1/users/me");
            visit.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(4, visit.Sandbox.Windows["demo"].Max);
        Assert.Equal(6, visit.Sandbox.Windows["demo"].PeakInAnySpan);
    }

    [Fact]
    public async Task Requests_count_that_come_to_nothing()
    {
        await using var visit = await StartAsync(new RequestLimit(3, Minute));
        await visit.GetAsync("/v1/nowhere");
        await visit.GetAsync($"/v1/pages/{Visit.Nowhere}");
        visit.Version = "";
        await visit.GetAsync("/v1/users/me");

        (await visit.GetAsync("/v1/users/me")).IsError(429, "rate_limited");
    }

    [Fact]
    public async Task Nobody_is_charged_for_a_token_that_nobody_has()
    {
        await using var visit = await Visit.StartAsync();

        (await visit.GetAsync("/v1/users/me", "ntn_wrong")).IsError(401, "unauthorized");

        Assert.Empty(visit.Sandbox.Windows["demo"].All);
    }

    private static Task<Visit> StartAsync(RequestLimit limit) =>
        Visit.StartAsync(new SandboxOptions { Connections = [ConnectionSettings.Demo with { Limit = limit }] });
}
