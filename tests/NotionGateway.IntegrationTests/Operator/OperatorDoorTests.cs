using System.Net;
using Microsoft.AspNetCore.Routing;
using NotionGateway.Operator;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Operator;

/// <summary>Who is let in by the operator listener, and that no other listener serves its paths.</summary>
public sealed class OperatorDoorTests
{
    private const string Grants = "/operator/v1/grants";

    [Theory]
    [InlineData(null, "missing_key")]
    [InlineData("ngw_wrong", "invalid_key")]
    [InlineData(The.Key, "invalid_key")]
    [InlineData("ntn_presented", "notion_token_presented")]
    public async Task Without_an_operator_key_nothing_is_touched(string? key, string reason)
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");
        scene.Store.Problem = "nobody may ask the store";

        (string Method, string Target)[] requests =
            [("GET", Grants), ("DELETE", $"{Grants}/crm/acme"), ("POST", "/operator/v1/connect-links"), ("GET", "/nothing")];
        foreach (var (method, target) in requests)
        {
            var response = await scene.ExchangeAsync(scene.Gateway.Operator, method, target, key);

            Assert.Equal((401, reason), (response.Status, response.Reason));
            Assert.Equal("Bearer", response.Header("WWW-Authenticate"));
            Assert.Equal("no-store", response.Header("Cache-Control"));
            Assert.Contains("\"code\":\"unauthorized\"", response.Body);
        }

        Assert.All(scene.AuditLines(), line => Assert.Equal($"unknown | unlisted | none | {reason} | 401", line));
        Assert.Equal(4, scene.AuditLines().Count());
        Assert.Equal(
            4, scene.Gateway.Metrics.Sum("notion_gateway.denials", ("caller", "unknown"), ("credential", "none"), ("reason", reason), ("status", "401")));
        Assert.All(scene.Gateway.Logs.Named("Audit"), line => Assert.Equal("", line.Values["Problem"]));
        scene.Store.Problem = null;
    }

    [Fact]
    public async Task An_operator_key_calls_nothing_at_Notion()
    {
        await using var scene = await OperatorScene.StartAsync();

        var response = await scene.Gateway.Client(The.OperatorKey).GetAsync("/v1/users/me");

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_key"), (response.StatusCode, response.Headers.GetValues("Notion-Gateway-Reason").Single()));
        Assert.Empty(scene.Upstream.Requests);
    }

    [Theory]
    [InlineData("Data", The.OperatorKey)]
    [InlineData("Data", The.Key)]
    [InlineData("Management", The.OperatorKey)]
    [InlineData("Connect", The.OperatorKey)]
    public async Task No_other_listener_serves_operators(string listener, string key)
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");
        var address = listener switch { "Data" => scene.Gateway.Data, "Management" => scene.Gateway.Management, _ => scene.Gateway.Connect };

        foreach (var target in new[] { Grants, $"{Grants}/crm/acme", "/operator", "//operator/v1/grants", "/v1/../operator/v1/grants" })
        {
            var response = await scene.ExchangeAsync(address, "GET", target, key);
            Assert.InRange(response.Status, 400, 404);
            Assert.DoesNotContain("crm/acme", response.Text);
        }

        Assert.Empty(scene.AuditLines());
        Assert.Empty(scene.Upstream.Requests);
    }

    [Theory]
    [InlineData("Operator", The.Key)]
    [InlineData("Operator", The.OperatorKey)]
    [InlineData("Connect", The.Key)]
    [InlineData("Management", The.Key)]
    public async Task No_listener_but_Datas_leads_to_Notion(string listener, string key)
    {
        await using var scene = await OperatorScene.StartAsync();
        var address = listener switch { "Operator" => scene.Gateway.Operator, "Management" => scene.Gateway.Management, _ => scene.Gateway.Connect };

        foreach (var target in new[] { "/v1/users/me", "//v1/users/me", "/v1/users", $"http://{scene.Gateway.Data.Authority}/v1/users/me" })
        {
            Assert.InRange((await scene.ExchangeAsync(address, "GET", target, key)).Status, 400, 404);
        }

        Assert.Empty(scene.Upstream.Requests);
        Assert.Equal(0, scene.Gateway.Metrics.Sum("notion_gateway.requests"));
    }

    [Fact]
    public async Task Without_operators_there_is_no_such_listener()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        Assert.Throws<InvalidOperationException>(() => gateway.Operator);
        Assert.Throws<InvalidOperationException>(() => gateway.Connect);
        Assert.Null(gateway.Services.GetService(typeof(OperatorKeys)));
        Assert.Null(gateway.Services.GetService(typeof(LinkGenerator)));
        Assert.Equal(HttpStatusCode.BadRequest, (await gateway.Client().GetAsync(Grants)).StatusCode);
    }

    [Fact]
    public async Task Whoever_tries_keys_fills_no_log_and_hides_nobody()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");
        var stranger = scene.Gateway.OperatorClient("ngw_wrong");

        await Parallel.ForAsync(0, 300, async (_, cancellationToken) => (await stranger.GetAsync(Grants, cancellationToken)).Dispose());
        Assert.Equal(HttpStatusCode.OK, (await scene.Gateway.OperatorClient().GetAsync(Grants)).StatusCode);

        Assert.Equal(300, scene.Gateway.Metrics.Sum("notion_gateway.denials", ("reason", "invalid_key")));
        Assert.InRange(scene.AuditLines().Count(line => line.StartsWith("unknown")), 10, 299);
        Assert.Single(scene.AuditLines(), line => line.StartsWith(OperatorScene.Who));
    }

    [Fact]
    public async Task A_flood_of_strangers_on_the_data_listener_hides_none_here()
    {
        await using var scene = await OperatorScene.StartAsync();
        var stranger = scene.Gateway.Client("ngw_wrong");

        await Parallel.ForAsync(0, 50, async (_, cancellationToken) => (await stranger.GetAsync("/v1/users", cancellationToken)).Dispose());
        (await scene.Gateway.OperatorClient("ngw_wrong").GetAsync(Grants)).Dispose();

        Assert.Equal("unknown | unlisted | none | invalid_key | 401", scene.OneAuditLine());
    }
}
