using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using NotionGateway.OAuth.Applications;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.OAuth;

/// <summary>What one application may do to another, to Notion and to the store.</summary>
public sealed class ManyApplicationsTests
{
    [Fact]
    public async Task Revoking_ends_an_applications_own_keys_and_Notion_is_told_by_the_last_one()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await TwoAsync(bed);
        var first = await bed.ConnectAsync(gateway);
        var code = bed.Notion.OAuth.Consent(bed.NotionApp, OAuthBed.RedirectUri);
        var (_, second) = await OAuthBed.PostAsync(
            gateway, "token", new { grant_type = "authorization_code", code, redirect_uri = OAuthBed.RedirectUri }, key: The.OtherKey);
        Assert.Equal((string?)first["bot_id"], (string?)second["bot_id"]);
        Assert.Equal([200, 200], await StatusesAsync(gateway, first, second));

        Assert.Equal(200, (await OAuthBed.PostAsync(gateway, "revoke", new { token = (string)first["refresh_token"]! })).Status);

        Assert.Equal([401, 200], await StatusesAsync(gateway, first, second));
        Assert.Equal(0, bed.Notion.OAuth.Calls.Revoke);
        Assert.Contains(gateway.Logs.Lines, line => line.Event.Name == "GrantKeysRevoked");
        var (status, again) = await OAuthBed.PostAsync(gateway, "token", new { grant_type = "refresh_token", refresh_token = (string)first["refresh_token"]! });
        Assert.Equal((400, "invalid_grant"), (status, (string?)again["error"]));

        Assert.Equal(200, (await OAuthBed.PostAsync(gateway, "revoke", new { token = (string)second["access_token"]! }, key: The.OtherKey)).Status);
        Assert.Equal([401, 401], await StatusesAsync(gateway, first, second));
        Assert.Equal(2, bed.Notion.OAuth.Calls.Revoke);
    }

    [Fact]
    public async Task One_refresh_key_used_over_and_over_keeps_two_families_alive()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var first = await bed.ConnectAsync(gateway);
        var bought = new List<JsonObject>();
        for (var number = 0; number < 6; number++)
        {
            bought.Add(
                (await OAuthBed.PostAsync(gateway, "token", new { grant_type = "refresh_token", refresh_token = (string)first["refresh_token"]! })).Answer);
        }

        Assert.Equal([200, 401, 401, 401, 401, 200, 200], await StatusesAsync(gateway, [first, .. bought]));
    }

    [Fact]
    public async Task Bad_codes_in_a_flood_are_denied_before_Notion_is_asked_and_those_that_go_out_are_counted()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await TwoAsync(bed, setup => setup.OnFakeTime());
        using var client = gateway.Client(key: null);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"crm:{The.Key}")));
        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(number =>
            client.PostAsJsonAsync("/v1/oauth/token", new { grant_type = "authorization_code", code = $"bad {number}", redirect_uri = OAuthBed.RedirectUri })));

        var asked = answers.Count(response => (int)response.StatusCode == 400);
        Assert.InRange(asked, 1, ApplicationLimit.Burst);
        Assert.Equal(asked, bed.Notion.OAuth.Calls.Token);
        Assert.All(answers.Where(response => (int)response.StatusCode != 400), response =>
        {
            Assert.Equal(429, (int)response.StatusCode);
            Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 600);
            Assert.Contains(response.Headers.GetValues("Notion-Gateway-Reason").Single(), (string[])["wait_too_long", "queue_full"]);
        });
        await gateway.CountedAsync(asked, "notion_gateway.upstream.responses", ("credential", "oauth:crm"), ("operation", "oauth.token"), ("status", "400"));

        // Another application does not notice.
        var (status, _) = await OAuthBed.PostAsync(gateway, "introspect", new { token = "ngw_x" }, key: The.OtherKey);
        Assert.Equal(200, status);
    }

    private static Task<TestGateway> TwoAsync(OAuthBed bed, Action<GatewaySetup>? more = null) => bed.GatewayAsync(setup =>
    {
        more?.Invoke(setup);
        setup.Caller("other", The.OtherKey, ["all", "oauth:crm"], credential: "default");
    });

    private static async Task<IEnumerable<int>> StatusesAsync(TestGateway gateway, params JsonObject[] pairs) =>
        await Task.WhenAll(pairs.Select(async pair => (await OAuthBed.WhoAmIAsync(gateway, (string)pair["access_token"]!)).Status));
}
