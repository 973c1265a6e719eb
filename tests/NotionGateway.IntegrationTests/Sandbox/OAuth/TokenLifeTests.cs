using NotionSandbox;
using NotionSandbox.Connections;
using NotionSandbox.Limits;
using NotionSandbox.OAuth;

namespace NotionGateway.IntegrationTests.Sandbox.OAuth;

/// <summary>Tokens obtained by OAuth work like others, replace one another, and end.</summary>
public sealed class TokenLifeTests
{
    [Fact]
    public async Task An_access_token_is_a_bot_that_belongs_to_whoever_consented()
    {
        await using var visit = await AppVisit.StartAsync();
        var pair = await visit.ConnectAsync(visit.OAuth.Consenters.Find("Grace Hopper", "Second workspace"));

        var me = (await visit.MeAsync(pair.Access)).Done();

        Assert.Equal((pair.BotId, "Demo app"), ((string?)me["id"], (string?)me["name"]));
        Assert.Equal(("user", "Grace Hopper"), ((string?)me["bot"]!["owner"]!["type"], (string?)me["bot"]!["owner"]!["user"]!["name"]));
        Assert.Equal(
            ("Second workspace", "aaaa0002-0000-4000-8000-000000000001"), ((string?)me["bot"]!["workspace_name"], (string?)me["bot"]!["workspace_id"]));
        (await visit.Visit.GetAsync("/v1/pages/5eed0002-0000-4000-8000-000000000001", pair.Access)).Done();
        (await visit.Visit.GetAsync($"/v1/pages/{Visit.Home}", pair.Access)).IsError(404, "object_not_found");
    }

    [Fact]
    public async Task Each_bot_has_a_budget_of_its_own_and_OAuth_calls_are_in_nobodys()
    {
        await using var visit = await AppVisit.StartAsync(
            new SandboxOptions { OAuthApps = [OAuthAppSettings.Demo with { Limit = new RequestLimit(1, TimeSpan.FromMinutes(1)) }] });
        var ada = await visit.ConnectAsync(visit.OAuth.Consenters.Find("Ada Lovelace"));
        var grace = await visit.ConnectAsync(visit.OAuth.Consenters.Find("Grace Hopper"));

        (await visit.MeAsync(ada.Access)).Done();
        (await visit.MeAsync(ada.Access)).IsError(429, "rate_limited");
        var next = Pair.Of(await visit.RefreshAsync(ada.Refresh));

        (await visit.MeAsync(next.Access)).IsError(429, "rate_limited");
        (await visit.MeAsync(grace.Access)).Done();
        Assert.NotEqual(ada.BotId, grace.BotId);
        Assert.Equal(3, visit.Visit.Sandbox.Windows[visit.OAuth.Grant(ada.BotId).Connection.Name].Max);
    }

    [Fact]
    public async Task A_workspaces_budget_holds_for_its_OAuth_bots_too()
    {
        await using var visit = await AppVisit.StartAsync();
        var pair = await visit.ConnectAsync();

        visit.Visit.Sandbox.Windows.LimitWorkspace(visit.Visit.Demo.WorkspaceId, new RequestLimit(0, TimeSpan.FromMinutes(1)));

        (await visit.MeAsync(pair.Access)).IsError(429, "rate_limited");
        Assert.True(await visit.IsActiveAsync(pair.Access));
    }

    [Fact]
    public async Task A_token_with_a_lifetime_ends_with_it_and_a_refresh_gives_the_next()
    {
        await using var visit = await AppVisit.StartAsync(
            new SandboxOptions { OAuthApps = [OAuthAppSettings.Demo with { TokenLifetime = TimeSpan.FromHours(1) }] });
        var pair = await visit.ConnectAsync();

        visit.Visit.Clock.Advance(TimeSpan.FromSeconds(3599));
        Assert.True(await visit.WorksAsync(pair.Access));
        visit.Visit.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("API token is invalid.", (await visit.MeAsync(pair.Access)).IsError(401, "unauthorized").Message);
        Assert.False(await visit.IsActiveAsync(pair.Access));
        var next = Pair.Of(await visit.RefreshAsync(pair.Refresh));
        visit.Visit.Clock.Advance(TimeSpan.FromSeconds(3599));
        Assert.True(await visit.WorksAsync(next.Access));
    }

    [Fact]
    public async Task Without_a_lifetime_a_token_works_for_ever_unless_it_is_expired_by_hand()
    {
        await using var visit = await AppVisit.StartAsync();
        var ada = await visit.ConnectAsync();
        var grace = await visit.ConnectAsync(visit.OAuth.Consenters.Find("Grace Hopper"));
        visit.Visit.Clock.Advance(TimeSpan.FromDays(365));
        Assert.True(await visit.WorksAsync(ada.Access));

        Assert.True(visit.OAuth.ExpireAccessToken(ada.Access));
        Assert.False(visit.OAuth.ExpireAccessToken(ada.Access));
        Assert.Equal((false, true), (await visit.WorksAsync(ada.Access), await visit.WorksAsync(grace.Access)));
        Assert.Equal(1, visit.OAuth.ExpireAccessTokens());

        Assert.False(await visit.WorksAsync(grace.Access));
        Assert.True(await visit.WorksAsync(visit.Visit.Demo.Token));
        Assert.True(await visit.WorksAsync(Pair.Of(await visit.RefreshAsync(ada.Refresh)).Access));
    }

    [Fact]
    public async Task A_refresh_gives_a_new_pair_to_the_same_bot_and_ends_the_old_one()
    {
        await using var visit = await AppVisit.StartAsync();
        var first = await visit.ConnectAsync();

        var second = Pair.Of(await visit.RefreshAsync(first.Refresh));

        Assert.Equal(first.BotId, second.BotId);
        Assert.NotEqual(first.Access, second.Access);
        Assert.NotEqual(first.Refresh, second.Refresh);
        Assert.Equal((false, true), (await visit.WorksAsync(first.Access), await visit.WorksAsync(second.Access)));
        Assert.Equal((false, true), (await visit.IsActiveAsync(first.Refresh!), await visit.IsActiveAsync(second.Refresh!)));
        Assert.Equal(second.Access, visit.OAuth.Grant(first.BotId).Connection.Token);
    }

    [Fact]
    public async Task The_old_access_token_may_outlive_a_refresh()
    {
        await using var visit = await AppVisit.StartAsync();
        visit.OAuth.Behaviour = visit.OAuth.Behaviour with { AccessTokenAtRefresh = OldToken.KeepsWorking };
        var first = await visit.ConnectAsync();

        await visit.RefreshAsync(first.Refresh);

        Assert.True(await visit.WorksAsync(first.Access));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_refresh_token_that_is_used_again_ends_the_family_when_told_to(bool revokes, bool survives)
    {
        await using var visit = await AppVisit.StartAsync();
        visit.OAuth.Behaviour = visit.OAuth.Behaviour with { ReuseRevokesFamily = revokes };
        var first = await visit.ConnectAsync();
        var second = Pair.Of(await visit.RefreshAsync(first.Refresh));

        Assert.Equal("invalid_grant", (string?)(await visit.RefreshAsync(first.Refresh)).Json["error"]);

        Assert.Equal(survives, await visit.WorksAsync(second.Access));
        Assert.Equal(survives, (await visit.RefreshAsync(second.Refresh)).Status == 200);
    }

    [Fact]
    public async Task Of_many_who_refresh_with_one_token_one_wins()
    {
        await using var visit = await AppVisit.StartAsync();
        visit.OAuth.Behaviour = visit.OAuth.Behaviour with { ReuseRevokesFamily = false };
        var pair = await visit.ConnectAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => visit.RefreshAsync(pair.Refresh)));

        Assert.Single(replies, reply => reply.Status == 200);
        Assert.Equal((20, 1), (visit.OAuth.Calls.Refresh, visit.OAuth.Calls.Rotation));
    }

    [Fact]
    public async Task Another_app_cannot_refresh()
    {
        await using var visit = await AppVisit.StartAsync();
        var other = visit.OAuth.Apps.Add(new OAuthAppSettings("Other app"));
        var pair = await visit.ConnectAsync();

        Assert.Equal("invalid_grant", (string?)(await visit.RefreshAsync(pair.Refresh, other)).Json["error"]);

        Assert.Equal(200, (await visit.RefreshAsync(pair.Refresh)).Status);
    }

    [Fact]
    public async Task An_access_token_refreshes_nothing()
    {
        await using var visit = await AppVisit.StartAsync();
        var pair = await visit.ConnectAsync();

        Assert.Equal("invalid_grant", (string?)(await visit.RefreshAsync(pair.Access)).Json["error"]);
        Assert.False(await visit.WorksAsync(pair.Refresh!));
    }

    [Fact]
    public async Task There_may_be_no_refresh_token_and_then_the_old_one_stays()
    {
        await using var visit = await AppVisit.StartAsync();
        var first = await visit.ConnectAsync();
        visit.OAuth.Behaviour = visit.OAuth.Behaviour with { GivesRefreshTokens = false };

        var second = Pair.Of(await visit.RefreshAsync(first.Refresh));
        var third = Pair.Of(await visit.RefreshAsync(first.Refresh));
        var other = await visit.ConnectAsync(visit.OAuth.Consenters.Find("Grace Hopper"));

        Assert.Equal((null, null, null), (second.Refresh, third.Refresh, other.Refresh));
        Assert.True(await visit.WorksAsync(third.Access));
    }

    [Fact]
    public async Task Who_connects_the_same_workspace_again_keeps_the_bot_and_gets_a_new_pair()
    {
        await using var visit = await AppVisit.StartAsync();
        var first = await visit.ConnectAsync();

        var second = await visit.ConnectAsync();

        Assert.Equal(first.BotId, second.BotId);
        Assert.Single(visit.OAuth.Grants);
        Assert.Equal((true, true), (await visit.WorksAsync(first.Access), await visit.WorksAsync(second.Access)));
        Assert.Equal("invalid_grant", (string?)(await visit.RefreshAsync(first.Refresh)).Json["error"]);
        Assert.Equal(200, (await visit.RefreshAsync(second.Refresh)).Status);
    }

    [Fact]
    public async Task What_connecting_again_does_to_the_older_pair_can_be_set()
    {
        await using var visit = await AppVisit.StartAsync();
        visit.OAuth.Behaviour = visit.OAuth.Behaviour with { AccessTokenAtReconnect = OldToken.DiesAtOnce, RefreshTokenAtReconnect = OldToken.KeepsWorking };
        var first = await visit.ConnectAsync();

        await visit.ConnectAsync();

        Assert.False(await visit.WorksAsync(first.Access));
        Assert.Equal(200, (await visit.RefreshAsync(first.Refresh)).Status);
    }

    [Fact]
    public async Task Another_person_workspace_or_app_is_another_bot()
    {
        await using var visit = await AppVisit.StartAsync();
        var other = visit.OAuth.Apps.Add(new OAuthAppSettings("Other app"));

        var bots = new[]
        {
            await visit.ConnectAsync(visit.OAuth.Consenters.Find("Ada Lovelace", "Demo workspace")),
            await visit.ConnectAsync(visit.OAuth.Consenters.Find("Grace Hopper", "Demo workspace")),
            await visit.ConnectAsync(visit.OAuth.Consenters.Find("Ada Lovelace", "Second workspace")),
            await visit.ConnectAsync(visit.OAuth.Consenters.Find("Ada Lovelace", "Demo workspace"), other),
            await visit.ConnectAsync(visit.OAuth.Consenters.AddPerson("Demo workspace", "Alan Turing", "alan@example.com")),
        };

        Assert.Equal(5, bots.Select(bot => bot.BotId).Distinct().Count());
    }

    [Fact]
    public async Task Introspection_tells_what_works_and_nothing_about_the_rest()
    {
        await using var visit = await AppVisit.StartAsync();
        var other = visit.OAuth.Apps.Add(new OAuthAppSettings("Other app"));
        var pair = await visit.ConnectAsync();

        var access = (await visit.IntrospectAsync(pair.Access)).Done();

        Assert.Equal(["active", "scope", "iat", "request_id"], access.Select(field => field.Key));
        Assert.Equal((true, visit.Visit.Clock.GetUtcNow().ToUnixTimeSeconds()), ((bool)access["active"]!, (long)access["iat"]!));
        Assert.Contains("read_content", (string?)access["scope"], StringComparison.Ordinal);
        Assert.True(await visit.IsActiveAsync(pair.Refresh!));
        var nothing = new[]
        {
            await visit.IntrospectAsync("ntn_unknown"),
            await visit.IntrospectAsync(pair.Access, other),
            await visit.IntrospectAsync(visit.Visit.Demo.Token),
        };
        Assert.All(nothing, reply => Assert.Equal((false, 2), ((bool)reply.Done()["active"]!, reply.Json.Count)));
        Assert.Equal("invalid_request", (string?)(await visit.PostAsync("/v1/oauth/introspect", new System.Text.Json.Nodes.JsonObject())).Json["error"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task To_revoke_either_token_ends_the_whole_family(bool byAccess)
    {
        await using var visit = await AppVisit.StartAsync();
        var pair = await visit.ConnectAsync();
        var bystander = await visit.ConnectAsync(visit.OAuth.Consenters.Find("Grace Hopper"));

        var reply = (await visit.RevokeAsync(byAccess ? pair.Access : pair.Refresh!)).Done();

        Assert.Equal(["request_id"], reply.Select(field => field.Key));
        (await visit.MeAsync(pair.Access)).IsError(401, "unauthorized");
        Assert.Equal("invalid_grant", (string?)(await visit.RefreshAsync(pair.Refresh)).Json["error"]);
        Assert.True(await visit.WorksAsync(bystander.Access));
    }

    [Fact]
    public async Task To_revoke_what_is_not_ones_own_changes_nothing()
    {
        await using var visit = await AppVisit.StartAsync();
        var other = visit.OAuth.Apps.Add(new OAuthAppSettings("Other app"));
        var pair = await visit.ConnectAsync();

        (await visit.RevokeAsync(pair.Access, other)).Done();
        (await visit.RevokeAsync("ntn_unknown")).Done();

        Assert.True(await visit.WorksAsync(pair.Access));
    }

    [Fact]
    public async Task A_person_may_take_the_connection_out_and_put_it_in_again()
    {
        await using var visit = await AppVisit.StartAsync();
        var first = await visit.ConnectAsync();
        var second = await visit.ConnectAsync();

        visit.OAuth.Revoke(visit.OAuth.Grant(first.BotId));

        Assert.Equal((false, false), (await visit.WorksAsync(first.Access), await visit.WorksAsync(second.Access)));
        Assert.Equal(400, (await visit.RefreshAsync(second.Refresh)).Status);
        var third = await visit.ConnectAsync();
        Assert.Equal((first.BotId, true), (third.BotId, await visit.WorksAsync(third.Access)));
    }
}
