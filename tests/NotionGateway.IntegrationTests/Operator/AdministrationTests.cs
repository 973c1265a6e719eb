using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Operator;

/// <summary>What an operator can do over the operator listener, and the audit line of each action.</summary>
public sealed class AdministrationTests
{
    [Fact]
    public async Task A_link_is_made_once_and_kept_as_a_digest()
    {
        await using var scene = await OperatorScene.StartAsync();

        var response = await scene.Gateway.OperatorClient().PostAsync(
            "/operator/v1/connect-links", OperatorScene.Json("""{"app":"crm","name":"acme","expires_in":"02:00:00"}"""));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        var body = await response.Content.ReadFromJsonAsync<JsonObject>();
        var secret = new Uri(body!["url"]!.GetValue<string>()).Segments[^1];
        var link = Assert.Single(scene.Store.Links);
        Assert.Equal((KeyDigest.Of(secret), "crm/acme"), (link.Digest, link.Name.Value));
        Assert.Equal(("crm/acme", false), (body["name"]!.GetValue<string>(), body["reconnects"]!.GetValue<bool>()));
        Assert.StartsWith($"{OperatorScene.Who} | create_link | crm/acme | created, until ", scene.OneAuditLine());
        Assert.DoesNotContain(scene.Gateway.Logs.Lines, line => line.ToString().Contains(secret));
    }

    [Fact]
    public async Task Grants_are_listed_of_one_app_or_of_all()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme", "crm/beta", "sales/acme");
        var client = scene.Gateway.OperatorClient();

        var all = await client.GetFromJsonAsync<JsonObject>("/operator/v1/grants?limit=2");
        var crm = await client.GetFromJsonAsync<JsonObject>("/operator/v1/grants?app=crm&after=crm%2Facme");

        Assert.Equal(("crm/beta", true, 2), (all!["next"]!.GetValue<string>(), all["has_more"]!.GetValue<bool>(), all["results"]!.AsArray().Count));
        Assert.Equal("crm/beta", Assert.Single(crm!["results"]!.AsArray())!["name"]!.GetValue<string>());
        Assert.DoesNotContain("sealed", all.ToJsonString() + crm.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            [$"{OperatorScene.Who} | list_grants | * | 2 listed | 200", $"{OperatorScene.Who} | list_grants | crm/* | 1 listed | 200"], scene.AuditLines());
    }

    [Fact]
    public async Task A_grant_is_shown_and_renamed_and_deleted()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");
        var client = scene.Gateway.OperatorClient();

        var shown = await client.GetFromJsonAsync<JsonObject>("/operator/v1/grants/crm/acme");
        var renamed = await client.PostAsync("/operator/v1/grants/crm/acme/rename", OperatorScene.Json("""{"name":"beta"}"""));
        var deleted = await client.DeleteAsync("/operator/v1/grants/crm/beta");
        var gone = await client.GetAsync("/operator/v1/grants/crm/beta");

        Assert.Equal("active", shown!["state"]!.GetValue<string>());
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound], new[] { renamed.StatusCode, deleted.StatusCode, gone.StatusCode });
        Assert.Equal(["crm/acme", "crm/beta", "crm/beta"], scene.World.Changes.Select(name => name.Value));
        Assert.Equal(
            [
                "show_grant | crm/acme | shown | 200", "rename_grant | crm/acme | renamed to crm/beta | 200",
                "delete_grant | crm/beta | deleted | 200", "show_grant | crm/beta | grant_not_found | 404",
            ],
            scene.AuditLines().Select(line => line[(OperatorScene.Who.Length + 3)..]));
    }

    [Fact]
    public async Task A_grant_is_revoked_at_Notion_or_stays()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");
        var client = scene.Gateway.OperatorClient();
        scene.World.Outcome = new RevokeOutcome.NotionUnreachable("Notion did not answer in time.");

        var failed = await client.PostAsync("/operator/v1/grants/crm/acme/revoke", null);
        scene.World.Outcome = new RevokeOutcome.Revoked();
        var done = await client.PostAsync("/operator/v1/grants/crm/acme/revoke", null);

        Assert.Equal((HttpStatusCode.BadGateway, "upstream_unreachable"), (failed.StatusCode, failed.Headers.GetValues("Notion-Gateway-Reason").Single()));
        Assert.Contains("did not answer in time", await failed.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Empty(scene.Store.Grants);
        Assert.Equal(
            ["upstream_unreachable | 502", "revoked and deleted | 200"], scene.AuditLines().Select(line => string.Join(" | ", line.Split(" | ")[3..])));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_a_conflict()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme", "crm/beta");

        var response = await scene.Gateway.OperatorClient().PostAsync("/operator/v1/grants/crm/acme/rename", OperatorScene.Json("""{"name":"beta"}"""));

        Assert.Equal((HttpStatusCode.Conflict, "name_taken"), (response.StatusCode, response.Headers.GetValues("Notion-Gateway-Reason").Single()));
        Assert.Equal(2, scene.Store.Grants.Count);
    }

    [Fact]
    public async Task A_store_that_fails_is_said_with_its_reason()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");
        scene.Store.Problem = "the file is locked";

        var response = await scene.Gateway.OperatorClient().GetAsync("/operator/v1/grants");

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "store_unavailable"), (response.StatusCode, response.Headers.GetValues("Notion-Gateway-Reason").Single()));
        Assert.Contains("the file is locked", await response.Content.ReadAsStringAsync());
        Assert.Equal(": the file is locked", Assert.Single(scene.Gateway.Logs.Named("Audit")).Values["Problem"]);
        Assert.EndsWith("store_unavailable | 503", scene.OneAuditLine());
        scene.Store.Problem = null;
    }

    [Fact]
    public async Task A_failure_that_nobody_foresaw_is_on_record_too()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");
        scene.World.WhileRevoking = () => throw new InvalidOperationException("defect");

        var response = await scene.Gateway.OperatorClient().PostAsync("/operator/v1/grants/crm/acme/revoke", null);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("defect", await response.Content.ReadAsStringAsync());
        Assert.Equal("defect", Assert.Single(scene.Gateway.Logs.Named("Audit")).Exception?.Message);
        Assert.Equal($"{OperatorScene.Who} | revoke_grant | crm/acme | internal_error | 500", scene.OneAuditLine());
    }

    [Fact]
    public async Task An_operator_who_hangs_up_in_the_middle_of_a_change_leaves_it_done_and_on_record()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");
        using var held = new SemaphoreSlim(0);
        using var begun = new SemaphoreSlim(0);
        scene.World.WhileRevoking = () =>
        {
            begun.Release();
            held.Wait();
        };
        using var caller = new RawCaller(scene.Gateway.Operator, scene.Gateway.Canaries);

        await caller.SendAsync(
            $"POST /operator/v1/grants/crm/acme/revoke HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.OperatorKey}\r\nContent-Length: 0\r\n\r\n");
        await begun.WaitAsync();
        caller.HangUp();
        held.Release();

        await scene.Gateway.UntilAsync(() => scene.AuditLines().Any(), "the audit line");
        Assert.Equal($"{OperatorScene.Who} | revoke_grant | crm/acme | revoked and deleted | 200", scene.OneAuditLine());
        Assert.Empty(scene.Store.Grants);
    }
}
