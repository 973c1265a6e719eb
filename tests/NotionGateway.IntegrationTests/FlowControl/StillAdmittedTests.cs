using NotionGateway.IntegrationTests.Credentials;
using NotionGateway.IntegrationTests.OAuth;
using NotionGateway.IntegrationTests.Reloading;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>While requests wait for their permits, what they were let in by ends: they are refused at once, and nothing of them reaches Notion.</summary>
public sealed class StillAdmittedTests
{
    private const int Many = 60;

    [Fact]
    public async Task A_token_that_dies_ends_the_wait_of_everybody_who_needs_it()
    {
        var release = new TaskCompletionSource();
        await using var scene = await UnauthorizedScene.StartAsync(setup => setup.Limit(20, 4), scene => scene.Release = release.Task);
        scene.Refuse(The.NotionToken);
        using var client = scene.Gateway.Client();
        var all = Enumerable.Range(0, Many).Select(_ => scene.Gateway.SendAsync(client, "POST", "/v1/pages", "{}")).ToArray();
        await scene.Gateway.UntilAsync(() => scene.Sent.Count > 0, "the first to be at Notion");

        release.SetResult();
        await scene.Gateway.UntilAsync(() => scene.Gateway.Logs.Named("CredentialQuarantined").Any(), "the token to be known as dead");
        var sent = scene.Sent.Count;

        foreach (var response in await Task.WhenAll(all))
        {
            Assert.Equal((502, "upstream_unauthorized"), (response.Status(), response.Reason()));
        }

        // One may have been on its way in that very moment.
        Assert.InRange(scene.Sent.Count, sent, sent + 1);
        Assert.True(sent < Many / 2, $"{sent} were sent");
        Assert.Equal(0, scene.Gateway.Gauge("notion_gateway.queue.length"));
    }

    [Theory]
    [InlineData("Disabled", 401, "invalid_key")]
    [InlineData("Removed", 401, "invalid_key")]
    [InlineData("KeyExchanged", 401, "invalid_key")]
    [InlineData("PermissionTaken", 403, "not_permitted")]
    [InlineData("CredentialTaken", 403, "credential_not_allowed")]
    public async Task A_reload_that_takes_a_right_away_ends_the_wait_for_it(string change, int status, string reason)
    {
        using var file = new SettingsFile();
        const string Flow = "Gateway:FlowControl";
        file.Caller("other", The.OtherKey).Credential("second")
            .Setting($"{Flow}:MaxWait", "1.00:00:00").Setting("Gateway:Access:Callers:crm:MaxWait", "1.00:00:00");
        file.Setting("Gateway:Access:Callers:crm:Credential", "second").Setting("Gateway:Access:Callers:crm:Credentials:x", "first");
        await using var upstream = new RecordingUpstream();
        await using var gateway = await file.StartAsync(upstream, setup => setup.Limit(1, 600));
        using var client = gateway.Client();
        client.DefaultRequestHeaders.Add("Notion-Gateway-Credential", "first");
        Assert.Equal(200, (await gateway.SendAsync(client, "POST", "/v1/pages", "{}")).Status());
        var all = gateway.SendMany(client, Many, body: "{}");
        await gateway.WaitingAsync(Many);

        Take(file, change);
        file.Replace();

        foreach (var response in await Task.WhenAll(all))
        {
            Assert.Equal((status, reason), (response.Status(), response.Reason()));
        }

        Assert.Single(upstream.Requests);
        Assert.Equal(0, gateway.Gauge("notion_gateway.queue.length"));
    }

    [Fact]
    public async Task A_grant_that_is_deleted_while_requests_wait_for_it_is_used_by_none_of_them()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync(setup => setup.Limit(1, 1).Operator(The.OperatorKey));
        var key = (string)(await bed.ConnectAsync(gateway))["access_token"]!;
        using var operators = gateway.OperatorClient();
        var grant = (await operators.GetStringAsync("/operator/v1/grants")).Split("\"name\":\"")[1].Split('"')[0];
        using var bound = gateway.Client(key);
        using var named = gateway.Client();
        named.DefaultRequestHeaders.Add("Notion-Gateway-Credential", grant);
        Assert.Equal(200, (await gateway.SendAsync(named)).Status());
        Task<HttpResponseMessage>[] all = [.. gateway.SendMany(named, 3), .. gateway.SendMany(bound, 3)];
        await gateway.UntilAsync(() => gateway.Gauge("notion_gateway.queue.length") >= 5, "requests to wait");

        var deleted = await operators.DeleteAsync($"/operator/v1/grants/{grant}");
        Assert.True(deleted.IsSuccessStatusCode, await deleted.Content.ReadAsStringAsync());
        var sent = bed.Notion.Received.Total;

        var responses = await Task.WhenAll(all);
        Assert.Contains(responses, response => (response.Status(), response.Reason()) == (403, "credential_not_allowed"));
        Assert.Contains(responses, response => (response.Status(), response.Reason()) == (401, "invalid_key"));
        Assert.InRange(responses.Count(response => response.Status() == 200), 0, 2);

        // One may have been on its way in that very moment.
        Assert.InRange(bed.Notion.Received.Total, sent, sent + 1);
    }

    private static void Take(SettingsFile file, string change)
    {
        const string Crm = "Gateway:Access:Callers:crm";
        _ = change switch
        {
            "Disabled" => file.Setting($"{Crm}:Disabled", "true"),
            "Removed" => file.RemoveCaller(The.Caller),
            "KeyExchanged" => file.Setting($"{Crm}:KeyHashes", null).Setting($"{Crm}:KeyHashes:a", KeyDigest.Of("another key of the caller").ToString()),
            "PermissionTaken" => file.Setting($"{Crm}:Permissions", null).Setting($"{Crm}:Permissions:a", "read"),
            _ => file.Setting($"{Crm}:Credentials", null),
        };
    }
}
