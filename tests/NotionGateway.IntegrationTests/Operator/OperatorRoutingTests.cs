namespace NotionGateway.IntegrationTests.Operator;

/// <summary>Which paths the operator listener has.</summary>
public sealed class OperatorRoutingTests
{
    [Fact]
    public async Task What_can_be_done_has_a_path()
    {
        await using var scene = await OperatorScene.StartAsync();
        (string Method, string Target, string Action, string Subject)[] paths =
        [
            ("POST", "/operator/v1/connect-links", "create_link", "none"),
            ("GET", "/operator/v1/grants", "list_grants", "*"),
            ("GET", "/operator/v1/grants?", "list_grants", "*"),
            ("GET", "/operator/v1/grants/crm/acme", "show_grant", "crm/acme"),
            ("DELETE", "/operator/v1/grants/crm/acme", "delete_grant", "crm/acme"),
            ("POST", "/operator/v1/grants/crm/acme/rename", "rename_grant", "crm/acme"),
            ("POST", "/operator/v1/grants/crm/acme/revoke", "revoke_grant", "crm/acme"),
            ("GET", "/operator/v1/grants/crm/rename", "show_grant", "crm/rename"),
            ("GET", "/operator/v1/grants/c.r_m/a-c.me", "show_grant", "c.r_m/a-c.me"),
        ];

        foreach (var (method, target, _, _) in paths)
        {
            await scene.ExchangeAsync(scene.Gateway.Operator, method, target);
        }

        Assert.Equal(paths.Select(path => $"{path.Action} | {path.Subject}"), scene.AuditLines().Select(line => string.Join(" | ", line.Split(" | ")[1..3])));
    }

    [Fact]
    public async Task A_path_has_one_spelling_and_all_else_is_none()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");
        (string Method, string Target)[] none =
        [
            ("GET", "/operator/v1/connect-links"),
            ("POST", "/operator/v1/grants"),
            ("PATCH", "/operator/v1/grants/crm/acme"),
            ("GET", "/operator/v1/grants/crm/acme/rename"),
            ("DELETE", "/operator/v1/grants/crm/acme/revoke"),
            ("DELETE", "/operator/v1/grants/crm"),
            ("DELETE", "/operator/v1/grants/crm/"),
            ("GET", "/operator/v1/grants/"),
            ("GET", "/operator/v1/grants/crm/acme/"),
            ("GET", "/operator/v1/grants/crm//acme"),
            ("GET", "//operator/v1/grants"),
            ("GET", "/operator/v1//grants"),
            ("GET", "/operator/v2/grants"),
            ("GET", "/OPERATOR/V1/GRANTS"),
            ("GET", "/operator/v1/grants/CRM/acme"),
            ("GET", "/operator/v1/grants/crm/../acme"),
            ("GET", "/operator/v1/grants/x/../crm/acme"),
            ("GET", "/operator/v1/grants/./acme"),
            ("GET", "/operator/v1/grants/crm/./acme"),
            ("GET", "/operator/v1/grants/../grants"),
            ("GET", "/operator/v1/grants/crm%2Facme"),
            ("GET", "/operator/v1/grants/crm/ac%6De"),
            ("GET", "/operator/v1/%67rants"),
            ("GET", "/operator/v1/grants/crm/acme%2Frevoke"),
            ("GET", "/operator/v1/grants/crm/acme;a=b"),
            ("GET", "/operator/v1/grants/crm/acme\\x"),
            ("GET", "/operator/v1/grants/*/acme"),
            ("GET", "/operator/v1/grants#/crm/acme"),
            ("GET", "http://g/operator/v1/grants"),
            ("GET", "/v1/users/me"),
        ];

        foreach (var (method, target) in none)
        {
            var response = await scene.ExchangeAsync(scene.Gateway.Operator, method, target, headers: "Content-Type: text/plain\r\n");

            Assert.Equal((method, target, 400, "unknown_operation"), (method, target, response.Status, response.Reason));
        }

        Assert.All(scene.AuditLines(), line => Assert.Equal($"{OperatorScene.Who} | unlisted | none | unknown_operation | 400", line));
        Assert.Equal(none.Length, scene.AuditLines().Count());
        Assert.Single(scene.Store.Grants);
    }

    [Theory]
    [InlineData("/operator/v1/grants/crm/acme%00")]
    [InlineData("*")]
    public async Task What_the_server_itself_refuses_reaches_nothing(string target)
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");

        Assert.InRange((await scene.ExchangeAsync(scene.Gateway.Operator, "GET", target)).Status, 400, 405);
        Assert.Single(scene.Store.Grants);
    }

    [Fact]
    public async Task The_paths_are_served_on_no_other_listener()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");

        foreach (var listener in new[] { scene.Gateway.Data, scene.Gateway.Management, scene.Gateway.Connect })
        {
            Assert.InRange((await scene.ExchangeAsync(listener, "DELETE", "/operator/v1/grants/crm/acme")).Status, 400, 405);
        }

        Assert.Single(scene.Store.Grants);
        Assert.Empty(scene.AuditLines());
    }
}
