using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Store;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.OAuth;

/// <summary>Applications that do OAuth themselves: to them the gateway is Notion, and they never hold a Notion token.</summary>
public sealed class ApplicationTests
{
    [Fact]
    public async Task A_code_buys_gateway_keys_in_Notions_shape()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();

        var response = await bed.ConnectAsync(gateway);

        Assert.StartsWith("ngw_", (string?)response["access_token"]);
        Assert.StartsWith("ngw_", (string?)response["refresh_token"]);
        Assert.Equal("bearer", (string?)response["token_type"]);
        var grant = Assert.Single(bed.Notion.OAuth.Grants);
        Assert.Equal(grant.BotId, (string?)response["bot_id"]);
        Assert.NotNull(response["workspace_name"]);
        Assert.NotNull(response["owner"]);
    }

    [Fact]
    public async Task The_key_opens_the_grant_it_is_bound_to_and_no_other()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var (first, second) = (bed.Notion.OAuth.Consenters.All[0], bed.Notion.OAuth.Consenters.All[1]);
        var ada = await bed.ConnectAsync(gateway, first);
        var grace = await bed.ConnectAsync(gateway, second);

        Assert.NotEqual((string?)ada["bot_id"], (string?)grace["bot_id"]);
        Assert.Equal((string?)ada["bot_id"], (string?)(await OAuthBed.WhoAmIAsync(gateway, (string)ada["access_token"]!)).Answer["id"]);
        Assert.Equal((string?)grace["bot_id"], (string?)(await OAuthBed.WhoAmIAsync(gateway, (string)grace["access_token"]!)).Answer["id"]);
        var (status, refused) = await OAuthBed.WhoAmIAsync(gateway, (string)ada["access_token"]!, $"crm/{grace["bot_id"]}");
        Assert.Equal((403, "credential_not_allowed"), (status, (string?)refused["additional_data"]!["gateway_reason"]));
    }

    [Fact]
    public async Task A_bound_key_acts_as_its_applications_caller_and_is_counted_under_the_app()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var response = await bed.ConnectAsync(gateway);

        await OAuthBed.WhoAmIAsync(gateway, (string)response["access_token"]!);

        await gateway.CountedAsync(
            1, "notion_gateway.requests", ("caller", The.Caller), ("credential", "oauth:crm"), ("operation", "users.me"), ("status", "200"));
        await gateway.CountedAsync(1, "notion_gateway.upstream.requests", ("caller", The.Caller), ("credential", "oauth:crm"));
    }

    [Fact]
    public async Task A_caller_chooses_among_grants_by_name_where_a_rule_allows_it()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var bot = (string)(await bed.ConnectAsync(gateway))["bot_id"]!;

        Assert.Equal(bot, (string?)(await OAuthBed.WhoAmIAsync(gateway, The.Key, $"crm/{bot}")).Answer["id"]);

        // An unknown and a forbidden name get the same response.
        var unknown = await OAuthBed.WhoAmIAsync(gateway, The.Key, "crm/nobody");
        var forbidden = await OAuthBed.WhoAmIAsync(gateway, The.OtherKey, $"crm/{bot}");
        Assert.Equal((403, 403), (unknown.Status, forbidden.Status));
        Assert.Equal(((string)unknown.Answer["message"]!).Replace("'crm'", "'other'"), (string?)forbidden.Answer["message"]);
    }

    [Fact]
    public async Task A_refresh_gives_new_keys_and_lets_the_old_ones_live_on_for_a_while()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var first = await bed.ConnectAsync(gateway);

        var (status, second) = await OAuthBed.PostAsync(
            gateway, "token", new { grant_type = "refresh_token", refresh_token = (string)first["refresh_token"]! });

        Assert.Equal(200, status);
        Assert.NotEqual((string?)first["access_token"], (string?)second["access_token"]);
        Assert.Equal(first["owner"]!.ToJsonString(), second["owner"]!.ToJsonString());
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, (string)first["access_token"]!)).Status);
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, (string)second["access_token"]!)).Status);

        // Notion itself is asked when it wants to be, and not before.
        Assert.Equal(0, bed.Notion.OAuth.Calls.Refresh);
    }

    [Fact]
    public async Task Introspection_tells_of_the_grant_and_not_of_the_token_that_happens_to_be_there()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var key = (string)(await bed.ConnectAsync(gateway))["access_token"]!;

        Assert.True((bool?)(await OAuthBed.PostAsync(gateway, "introspect", new { token = key })).Answer["active"]);
        Assert.False(
            (bool?)(await OAuthBed.PostAsync(gateway, "introspect", new { token = "ngw_Nobody0123456789012345678901234567890123456" })).Answer["active"]);
        Assert.Equal(1, bed.Notion.OAuth.Calls.Introspect);
    }

    [Fact]
    public async Task Revoking_ends_the_grant_at_Notion_and_all_its_keys()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var response = await bed.ConnectAsync(gateway);
        var key = (string)response["access_token"]!;
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);

        Assert.Equal(200, (await OAuthBed.PostAsync(gateway, "revoke", new { token = key })).Status);

        Assert.Equal(401, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
        Assert.Equal(2, bed.Notion.OAuth.Calls.Revoke);
        Assert.Contains(gateway.Logs.Lines, line => line.Event.Name == "GrantRevoked");
        var (status, again) = await OAuthBed.PostAsync(
            gateway, "token", new { grant_type = "refresh_token", refresh_token = (string)response["refresh_token"]! });
        Assert.Equal((400, "invalid_grant"), (status, (string?)again["error"]));
    }

    [Fact]
    public async Task A_revocation_that_Notion_has_not_taken_is_not_called_done()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var key = (string)(await bed.ConnectAsync(gateway))["access_token"]!;
        bed.Notion.Faults.Add(new NotionSandbox.Faults.FaultRule { Path = "/v1/oauth/revoke", Fault = new NotionSandbox.Faults.StatusFault { Status = 429 } });

        Assert.Equal((502, "upstream_unreachable"), Reason(await OAuthBed.PostAsync(gateway, "revoke", new { token = key })));

        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
    }

    [Fact]
    public async Task A_key_works_at_once_at_a_gateway_that_does_not_know_yet_that_another_has_renamed_its_grant()
    {
        await using var bed = await OAuthBed.StartAsync();
        var clock = new TestClock();
        var (first, second) = (await bed.GatewayAsync(setup => setup.OnFakeTime(clock)), await bed.GatewayAsync(setup => setup.OnFakeTime(clock)));
        var pair = await bed.ConnectAsync(first);
        Assert.Equal(200, await CallAsync());

        // The key was looked up a moment ago, and the grant is to be looked up again soon.
        clock.Advance(TimeSpan.FromSeconds(28));
        Assert.Equal(200, await CallAsync());
        await first.Services.GetRequiredService<IGrantStore>().RenameAsync(
            new CredentialName($"crm/{pair["bot_id"]}"), new CredentialName("crm/acme"), CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(200, await CallAsync());

        async Task<int> CallAsync() => (await OAuthBed.WhoAmIAsync(second, (string)pair["access_token"]!)).Status;
    }

    [Fact]
    public async Task A_key_opens_its_own_grant_whoever_has_the_name_now()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var ada = await bed.ConnectAsync(gateway, bed.Notion.OAuth.Consenters.All[0]);
        var grace = await bed.ConnectAsync(gateway, bed.Notion.OAuth.Consenters.All[1]);
        var (adas, graces) = (new CredentialName($"crm/{ada["bot_id"]}"), new CredentialName($"crm/{grace["bot_id"]}"));
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, (string)ada["access_token"]!)).Status);

        // As another process would do it: nobody tells this one.
        var store = gateway.Services.GetRequiredService<IGrantStore>();
        await store.RenameAsync(adas, new CredentialName("crm/away"), CancellationToken.None);
        await store.RenameAsync(graces, adas, CancellationToken.None);
        bed.Notion.OAuth.ExpireAccessTokens();

        Assert.Equal((200, (string?)ada["bot_id"]), await WhoAsync((string)ada["access_token"]!));
        gateway.Services.GetRequiredService<IGrantChanges>().Changed("another grant", adas);
        Assert.Equal((200, (string?)ada["bot_id"]), await WhoAsync((string)ada["access_token"]!));
        Assert.Equal((200, (string?)grace["bot_id"]), await WhoAsync((string)grace["access_token"]!));
        Assert.DoesNotContain(gateway.Logs.Lines, line => line.Event.Name == "GrantLost");

        async Task<(int, string?)> WhoAsync(string key)
        {
            var (status, me) = await OAuthBed.WhoAmIAsync(gateway, key);
            return (status, (string?)me["id"]);
        }
    }

    [Theory]
    [InlineData("{\"grant_type\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"grant_type\":\"refresh_token\",\"grant_type\":\"authorization_code\"}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{")]
    public async Task A_body_that_means_nothing_is_refused(string body)
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        using var client = gateway.Client(key: null);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"crm:{The.Key}")));

        var response = await client.PostAsync("/v1/oauth/token", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal((400, "oauth_rejected"), ((int)response.StatusCode, response.Headers.GetValues("Notion-Gateway-Reason").Single()));
    }

    [Fact]
    public async Task Connecting_again_replaces_the_pair_and_keeps_name_and_keys()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var first = await bed.ConnectAsync(gateway);
        var second = await bed.ConnectAsync(gateway);
        bed.Notion.OAuth.ExpireAccessTokens();

        Assert.Equal((string?)first["bot_id"], (string?)second["bot_id"]);
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, (string)first["access_token"]!)).Status);
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, (string)second["access_token"]!)).Status);
    }

    [Fact]
    public async Task The_address_for_consent_is_built_by_the_gateway()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        using var client = gateway.Client(key: null);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"crm:{The.Key}")));

        var response = await client.GetAsync($"/v1/oauth/authorize?state=a%26b&redirect_uri={Uri.EscapeDataString(OAuthBed.RedirectUri)}");

        var url = (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["url"]!;
        Assert.Equal(
            $"{bed.Notion.BaseUrl.GetLeftPart(UriPartial.Authority)}/v1/oauth/authorize?client_id={bed.NotionApp.ClientId}" +
            "&redirect_uri=https%3A%2F%2Fcrm.example.com%2Fnotion%2Fback&response_type=code&owner=user&state=a%26b",
            url);
        Assert.StartsWith($"{OAuthBed.RedirectUri}?code=", bed.Notion.OAuth.Allow(url));
    }

    [Theory]
    [InlineData("https://crm.example.com/notion/back/")]
    [InlineData("https://crm.example.com/notion/back?x=1")]
    [InlineData("https://CRM.example.com/notion/back")]
    [InlineData("https://crm.example.com.evil.example/notion/back")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https:evil.example")]
    [InlineData("http://crm.example.com@evil.example/notion/back")]
    [InlineData("")]
    public async Task A82_People_are_sent_to_configured_addresses_only(string redirectUri)
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();

        var (status, response) = await OAuthBed.PostAsync(
            gateway, "token", new { grant_type = "authorization_code", code = "any", redirect_uri = redirectUri == "" ? "x" : redirectUri });

        Assert.Equal((400, "invalid_request", "oauth_rejected"), (status, (string?)response["error"], (string?)response["additional_data"]!["gateway_reason"]));
        Assert.Equal(0, bed.Notion.OAuth.Calls.Token);
    }

    [Fact]
    public async Task Who_may_not_is_told_so_and_Notion_is_not_asked()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var body = new { grant_type = "authorization_code", code = "any", redirect_uri = OAuthBed.RedirectUri };

        Assert.Equal((401, "invalid_key"), Reason(await OAuthBed.PostAsync(gateway, "token", body, key: "ngw_Wrong01234567890123456789012345678901234567")));
        Assert.Equal(
            (401, "notion_token_presented"), Reason(await OAuthBed.PostAsync(gateway, "token", body, key: "secret_abcdefghijklmnopqrstuvwxyz0123456789")));
        Assert.Equal((403, "not_permitted"), Reason(await OAuthBed.PostAsync(gateway, "token", body, key: The.OtherKey)));
        Assert.Equal((403, "not_permitted"), Reason(await OAuthBed.PostAsync(gateway, "token", body, app: "nobody")));
        Assert.Equal((400, "oauth_rejected"), Reason(await OAuthBed.PostAsync(gateway, "token", new { grant_type = "password" })));
        await gateway.CountedAsync(1, "notion_gateway.denials", ("caller", The.Caller), ("reason", "oauth_rejected"), ("status", "400"));
        Assert.Contains(gateway.Logs.Lines, line => line.Event.Name == "Denial" && line.Text.Contains("oauth_rejected"));
        Assert.Equal(0, bed.Notion.OAuth.Calls.Token);
        Assert.Equal(401, (int)(await gateway.Client().PostAsync("/v1/oauth/token", new StringContent("{}", Encoding.UTF8, "application/json"))).StatusCode);
    }

    [Theory]
    [InlineData("Rfc6749")]
    [InlineData("OpenApi")]
    public async Task Notions_no_is_handed_on_in_both_dialects(string dialect)
    {
        await using var bed = await OAuthBed.StartAsync();
        bed.Notion.OAuth.Behaviour = bed.Notion.OAuth.Behaviour with { ErrorDialect = Enum.Parse<NotionSandbox.OAuth.ErrorDialect>(dialect) };
        var gateway = await bed.GatewayAsync();

        var (status, response) = await OAuthBed.PostAsync(
            gateway, "token", new { grant_type = "authorization_code", code = "nonsense", redirect_uri = OAuthBed.RedirectUri });

        Assert.Equal((400, "invalid_grant", "invalid_grant"), (status, (string?)response["error"], (string?)response["code"]));
        Assert.Null(response["additional_data"]);
    }

    [Fact]
    public async Task A_wrong_client_secret_is_the_operators_matter()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync(
            setup => setup.PublicConnection("crm", bed.NotionApp.ClientId, "secret_NotTheRightOne", bed.StorePath, OAuthBed.RedirectUri));

        var (status, response) = await OAuthBed.PostAsync(
            gateway, "token", new { grant_type = "authorization_code", code = "any", redirect_uri = OAuthBed.RedirectUri });

        Assert.Equal((502, "upstream_unauthorized"), Reason((status, response)));
    }

    private static (int, string?) Reason((int Status, JsonObject Answer) response) =>
        (response.Status, (string?)response.Answer["additional_data"]?["gateway_reason"]);
}
