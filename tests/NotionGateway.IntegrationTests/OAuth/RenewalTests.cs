using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Store;
using NotionGateway.Operator;
using NotionGateway.TestKit;
using NotionSandbox.Faults;

namespace NotionGateway.IntegrationTests.OAuth;

/// <summary>How a grant is kept alive: Notion tells nobody how long a token lives, so it is renewed when it is refused.</summary>
public sealed class RenewalTests
{
    [Fact]
    public async Task A_token_that_has_ended_is_renewed_and_the_request_repeated()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var (key, bot) = await ConnectAsync(bed, gateway);
        bed.Notion.OAuth.ExpireAccessTokens();

        var (status, me) = await OAuthBed.WhoAmIAsync(gateway, key);

        Assert.Equal((200, bot), (status, (string?)me["id"]));
        Assert.Equal(1, bed.Notion.OAuth.Calls.Refresh);
        await gateway.CountedAsync(1, "notion_gateway.credential.refreshes", ("credential", "oauth:crm"), ("source", "OAuth"), ("outcome", "rotated"));
        Assert.Contains(gateway.Logs.Lines, line => line.Event.Name == "GrantRefreshed");
    }

    [Fact]
    public async Task A88_Fifty_calls_at_the_moment_of_expiry_cost_one_refresh()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var (key, _) = await ConnectAsync(bed, gateway);
        for (var round = 1; round <= 3; round++)
        {
            Assert.NotEqual(0, bed.Notion.OAuth.ExpireAccessTokens());

            var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => (await OAuthBed.WhoAmIAsync(gateway, key)).Status));

            Assert.All(statuses, status => Assert.Equal(200, status));
            Assert.Equal(round, bed.Notion.OAuth.Calls.Refresh);
        }
    }

    [Fact]
    public async Task A88_Three_gateways_on_one_store_lose_nothing_at_expiry()
    {
        await using var bed = await OAuthBed.StartAsync(limit: 100_000);
        TestGateway[] gateways = [await bed.GatewayAsync(), await bed.GatewayAsync(), await bed.GatewayAsync()];
        var (key, _) = await ConnectAsync(bed, gateways[0]);
        foreach (var gateway in gateways)
        {
            Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
        }

        // Reuse of a refresh token ends the whole family here, as it may at Notion: the lease in the store must let one of them ask.
        for (var round = 1; round <= 3; round++)
        {
            bed.Notion.OAuth.ExpireAccessTokens();
            var statuses = await Task.WhenAll(Enumerable.Range(0, 60).Select(async index => (await OAuthBed.WhoAmIAsync(gateways[index % 3], key)).Status));

            Assert.All(statuses, status => Assert.Equal(200, status));
            Assert.Equal((round, round), (bed.Notion.OAuth.Calls.Refresh, bed.Notion.OAuth.Calls.Rotation));
        }
    }

    [Fact]
    public async Task A_gateway_waits_for_the_pair_of_another_that_renews_and_takes_over_when_that_one_has_died()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var (key, _) = await ConnectAsync(bed, gateway);
        var store = gateway.Services.GetRequiredService<IGrantStore>();
        var grant = Assert.Single(await store.ListAsync(null, null, 2, CancellationToken.None));
        Assert.Equal(LeaseState.Taken, (await LeaseAsync(TimeSpan.FromMinutes(1))).State);
        bed.Notion.OAuth.ExpireAccessTokens();

        var asking = OAuthBed.WhoAmIAsync(gateway, key);
        Assert.NotSame(asking, await Task.WhenAny(asking, Task.Delay(TimeSpan.FromMilliseconds(600))));
        Assert.Equal(0, bed.Notion.OAuth.Calls.Refresh);

        // The other one is killed, and its lease ends.
        Assert.Equal(LeaseState.Taken, (await LeaseAsync(TimeSpan.FromMilliseconds(200))).State);
        Assert.Equal((200, 1), ((await asking).Status, bed.Notion.OAuth.Calls.Refresh));
        Assert.Equal(2, (await store.FindByIdAsync(grant.Id, CancellationToken.None))!.Version);

        Task<LeaseOutcome> LeaseAsync(TimeSpan length) => store.TryLeaseAsync(grant.Id, 1, "another gateway", length, CancellationToken.None);
    }

    [Fact]
    public async Task A_grant_that_Notion_has_ended_says_who_must_connect_again_and_works_as_soon_as_that_is_done()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var (key, bot) = await ConnectAsync(bed, gateway);
        bed.Notion.OAuth.Revoke(Assert.Single(bed.Notion.OAuth.Grants));

        var (status, response) = await OAuthBed.WhoAmIAsync(gateway, key);

        Assert.Equal((502, "upstream_unauthorized"), (status, (string?)response["additional_data"]!["gateway_reason"]));
        Assert.Equal(
            $"Notion rejects the token of credential 'crm/{bot}'. Ada Lovelace must connect the workspace 'Demo workspace' again; " +
            $"the operator creates a link with 'notion-gateway connect new --app crm --name {bot}'; your gateway key is valid.",
            (string?)response["message"]);
        Assert.Contains(gateway.Logs.Lines, line => line.Event.Name == "GrantLost");
        await gateway.CountedAsync(1, "notion_gateway.credential.refreshes", ("credential", "oauth:crm"), ("outcome", "failed"));

        // Nobody asks Notion again for a grant that is lost.
        var calls = bed.Notion.OAuth.Calls.Token;
        Assert.Equal(502, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
        Assert.Equal(calls, bed.Notion.OAuth.Calls.Token);

        await bed.ConnectAsync(gateway);
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
    }

    [Fact]
    public async Task A_token_endpoint_that_fails_loses_nothing_and_is_left_alone_for_a_moment()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var (key, _) = await ConnectAsync(bed, gateway);
        bed.Notion.OAuth.ExpireAccessTokens();
        var broken = bed.Notion.Faults.Add(new FaultRule { Path = "/v1/oauth/token", Fault = new StatusFault { Status = 503 } });

        var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => await OAuthBed.WhoAmIAsync(gateway, key)));

        Assert.All(
            statuses,
            response => Assert.Equal((503, "credential_unavailable"), (response.Status, (string?)response.Answer["additional_data"]!["gateway_reason"])));
        Assert.InRange(bed.Notion.OAuth.Calls.Refresh, 1, 2);
        bed.Notion.Faults.Clear();
        await gateway.UntilAsync(async () => (await OAuthBed.WhoAmIAsync(gateway, key)).Status == 200, "the grant to work again");
    }

    [Fact]
    public async Task An_answer_that_is_lost_after_Notion_has_rotated_demands_a_new_consent_and_says_so()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var (key, _) = await ConnectAsync(bed, gateway);
        bed.Notion.OAuth.ExpireAccessTokens();
        bed.Notion.Faults.Add(new FaultRule { Path = "/v1/oauth/token", Fault = new CutOffFault { Point = CutPoint.BeforeAnyByte }, Times = 1 });

        Assert.Equal(503, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
        await gateway.UntilAsync(async () => (await OAuthBed.WhoAmIAsync(gateway, key)).Status == 502, "the grant to be lost");

        Assert.Contains(gateway.Logs.Lines, line => line.Event.Name == "GrantLost");
        await bed.ConnectAsync(gateway);
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
    }

    [Fact]
    public async Task F32_A_refresh_that_is_under_way_when_the_program_ends_is_stored_first()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var (key, _) = await ConnectAsync(bed, gateway);
        bed.Notion.OAuth.ExpireAccessTokens();
        var hold = new HoldFault { Before = false };
        bed.Notion.Faults.Add(new FaultRule { Path = "/v1/oauth/token", Fault = hold });
        var asking = OAuthBed.WhoAmIAsync(gateway, key);
        await gateway.UntilAsync(() => bed.Notion.OAuth.Calls.Rotation == 1, "Notion to have rotated");

        var stopping = gateway.StopAsync();
        hold.Release();
        await stopping;
        Assert.Equal(200, (await asking).Status);

        // The next request has the new pair: nothing is left to be refreshed.
        var next = await bed.GatewayAsync();
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(next, key)).Status);
        Assert.Equal(1, bed.Notion.OAuth.Calls.Refresh);
    }

    [Fact]
    public async Task F32_Renewals_that_wait_for_their_turn_when_the_program_ends_do_not_begin()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var keys = new List<string>();
        for (var person = 0; person < 19; person++)
        {
            var by = bed.Notion.OAuth.Consenters.AddPerson("Demo workspace", $"Person {person}", $"person{person}@example.com");
            keys.Add((string)(await bed.ConnectAsync(gateway, by))["access_token"]!);
        }

        bed.Notion.OAuth.ExpireAccessTokens();
        var hold = new HoldFault { Before = false };
        bed.Notion.Faults.Add(new FaultRule { Path = "/v1/oauth/token", Fault = hold });
        using var gone = new CancellationTokenSource();
        var asking = keys.Select(key => AskAsync(gateway, key, gone.Token)).ToList();
        await gateway.UntilAsync(() => bed.Notion.OAuth.Calls.Rotation == 16, "as many renewals as may run at once");
        await gone.CancelAsync();
        await Task.WhenAll(asking);

        var stopping = gateway.StopAsync();
        await gateway.UntilAsync(() => gateway.Services.GetRequiredService<UnderWay>().IsFinishing, "the last wait to begin");
        hold.Release();
        await stopping;

        // Nothing has come from Notion that was not stored.
        Assert.Equal(16, bed.Notion.OAuth.Calls.Rotation);
        var store = (await bed.GatewayAsync()).Services.GetRequiredService<IGrantStore>();
        Assert.Equal(16, (await store.ListAsync(null, null, 50, CancellationToken.None)).Count(grant => grant.Version == 2));

        static async Task AskAsync(TestGateway gateway, string key, CancellationToken gone)
        {
            using var client = gateway.Client(key);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync("/v1/users/me", gone));
        }
    }

    [Fact]
    public async Task A_pair_that_is_connected_while_the_grant_is_revoked_is_revoked_too()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var (_, bot) = await ConnectAsync(bed, gateway);
        var store = gateway.Services.GetRequiredService<IGrantStore>();
        var grants = new GrantAdministration(
            store, gateway.Services.GetRequiredService<IGrantRevoker>(), gateway.Services.GetRequiredService<IGrantChanges>());
        var hold = new HoldFault { Before = true };
        bed.Notion.Faults.Add(new FaultRule { Path = "/v1/oauth/revoke", Fault = hold });
        var revoking = grants.RevokeAsync(new CredentialName($"crm/{bot}"), CancellationToken.None);
        await gateway.UntilAsync(() => bed.Notion.OAuth.Calls.Revoke == 1, "the revocation to begin");

        await ConnectAsync(bed, gateway);
        hold.Release();

        Assert.Equal("revoked and deleted", (await revoking).Outcome);
        Assert.Empty(await store.ListAsync(null, null, 2, CancellationToken.None));
        Assert.Equal(0, bed.Notion.OAuth.ExpireAccessTokens());
    }

    [Fact]
    public async Task A_pair_that_comes_for_a_grant_that_was_deleted_meanwhile_is_revoked()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var (key, _) = await ConnectAsync(bed, gateway);
        var store = gateway.Services.GetRequiredService<IGrantStore>();
        var grant = Assert.Single(await store.ListAsync(null, null, 2, CancellationToken.None));
        bed.Notion.OAuth.ExpireAccessTokens();
        var hold = new HoldFault { Before = false };
        bed.Notion.Faults.Add(new FaultRule { Path = "/v1/oauth/token", Fault = hold });
        var asking = OAuthBed.WhoAmIAsync(gateway, key);
        await gateway.UntilAsync(() => bed.Notion.OAuth.Calls.Rotation == 1, "Notion to have rotated");

        await store.DeleteAsync(grant.Id, CancellationToken.None);
        hold.Release();

        Assert.NotEqual(200, (await asking).Status);
        Assert.Equal(0, bed.Notion.OAuth.ExpireAccessTokens());
        Assert.EndsWith("Notion has revoked the new pair.", Assert.Single(gateway.Logs.Named("GrantDeletedDuringRefresh")).Text);
        Assert.Empty(gateway.Logs.Named("GrantRefreshed"));
    }

    [Fact]
    public async Task A_restart_keeps_grants_and_keys()
    {
        await using var bed = await OAuthBed.StartAsync();
        var first = await bed.GatewayAsync();
        var (key, bot) = await ConnectAsync(bed, first);
        await first.StopAsync();

        var second = await bed.GatewayAsync();
        Assert.Equal(bot, (string?)(await OAuthBed.WhoAmIAsync(second, key)).Answer["id"]);
    }

    [Fact]
    public async Task A_new_client_secret_is_taken_up_when_the_old_one_is_refused()
    {
        await using var bed = await OAuthBed.StartAsync();
        var file = Path.Combine(Path.GetDirectoryName(bed.StorePath)!, "client-secret");
        await File.WriteAllTextAsync(file, bed.NotionApp.ClientSecret);
        var gateway = await bed.GatewayAsync(setup => setup
            .Setting("Gateway:OAuth:Apps:crm:ClientSecret:Source", "File")
            .Setting("Gateway:OAuth:Apps:crm:ClientSecret:Variable", null).Setting("Gateway:OAuth:Apps:crm:ClientSecret:Path", file));
        var (key, _) = await ConnectAsync(bed, gateway);

        bed.NotionApp.ClientSecret = "secret_TheNextOneThatTheOperatorMadeInThePortal01234";
        await File.WriteAllTextAsync(file, bed.NotionApp.ClientSecret);
        bed.Notion.OAuth.ExpireAccessTokens();

        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
    }

    [Fact]
    public async Task Gauges_show_the_fullest_window_of_an_apps_grants()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        for (var person = 0; person < 2; person++)
        {
            var response = await bed.ConnectAsync(gateway, bed.Notion.OAuth.Consenters.All[person]);
            for (var call = 0; call <= person; call++)
            {
                await OAuthBed.WhoAmIAsync(gateway, (string)response["access_token"]!);
            }
        }

        var used = Assert.Single(
            gateway.Metrics.Gauges(), gauge => gauge.Instrument == "notion_gateway.window.used" && gauge.Labels.Contains(new("credential", "oauth:crm")));
        Assert.InRange(used.Value, 0, 2);
    }

    private static async Task<(string Key, string Bot)> ConnectAsync(OAuthBed bed, TestGateway gateway)
    {
        JsonObject response = await bed.ConnectAsync(gateway);
        return ((string)response["access_token"]!, (string)response["bot_id"]!);
    }
}
