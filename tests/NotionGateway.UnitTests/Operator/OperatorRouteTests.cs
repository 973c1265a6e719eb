using NotionGateway.Operator;

namespace NotionGateway.UnitTests.Operator;

public sealed class OperatorRouteTests
{
    [Theory]
    [InlineData("POST", "/operator/v1/connect-links", "create_link", null)]
    [InlineData("GET", "/operator/v1/grants", "list_grants", null)]
    [InlineData("GET", "/operator/v1/grants/crm/acme", "show_grant", "crm/acme")]
    [InlineData("DELETE", "/operator/v1/grants/crm/acme", "delete_grant", "crm/acme")]
    [InlineData("POST", "/operator/v1/grants/crm/acme/rename", "rename_grant", "crm/acme")]
    [InlineData("POST", "/operator/v1/grants/crm/acme/revoke", "revoke_grant", "crm/acme")]
    [InlineData("GET", "/operator/v1/grants/crm/rename", "show_grant", "crm/rename")]
    public void What_can_be_done_has_a_path(string method, string target, string action, string? grant)
    {
        var route = OperatorRoute.Find(method, target);

        Assert.Equal(action, route.Action.Word());
        Assert.Equal(grant, route.Grant?.Value);
        Assert.Equal(new OperatorRoute(route.Action, route.Grant, "a=b&c=?d"), OperatorRoute.Find(method, target + "?a=b&c=?d"));
    }

    [Theory]
    [InlineData("GET", "/operator/v1/connect-links")]
    [InlineData("POST", "/operator/v1/grants")]
    [InlineData("PATCH", "/operator/v1/grants/crm/acme")]
    [InlineData("GET", "/operator/v1/grants/crm/acme/rename")]
    [InlineData("DELETE", "/operator/v1/grants/crm/acme/revoke")]
    [InlineData("DELETE", "/operator/v1/grants/crm")]
    [InlineData("DELETE", "/operator/v1/grants/crm/")]
    [InlineData("GET", "/operator/v1/grants/")]
    [InlineData("GET", "/operator/v1/grants/crm/acme/")]
    [InlineData("GET", "/operator/v1/grants/crm//acme")]
    [InlineData("GET", "//operator/v1/grants")]
    [InlineData("GET", "/operator/v1//grants")]
    [InlineData("GET", "/operator/v2/grants")]
    [InlineData("GET", "/OPERATOR/V1/GRANTS")]
    [InlineData("GET", "/operator/v1/grants/CRM/acme")]
    [InlineData("GET", "/operator/v1/grants/crm/../acme")]
    [InlineData("GET", "/operator/v1/grants/./acme")]
    [InlineData("GET", "/operator/v1/grants/../grants")]
    [InlineData("GET", "/operator/v1/grants/crm%2Facme")]
    [InlineData("GET", "/operator/v1/grants/crm/ac%6De")]
    [InlineData("GET", "/operator/v1/grants/crm/acme%00")]
    [InlineData("GET", "/operator/v1/grants/crm/acme%2Frevoke")]
    [InlineData("GET", "/operator/v1/grants/crm/acme;a=b")]
    [InlineData("GET", "/operator/v1/grants/crm/acme\\x")]
    [InlineData("GET", "/operator/v1/grants/*/acme")]
    [InlineData("GET", "/operator/v1/grants#/crm/acme")]
    [InlineData("GET", "http://gateway/operator/v1/grants")]
    [InlineData("GET", "/v1/users/me")]
    [InlineData("GET", "*")]
    [InlineData("GET", "")]
    public void A_path_has_one_spelling_and_all_else_is_none(string method, string target) =>
        Assert.Equal((OperatorAction.Unlisted, (CredentialName?)null), (OperatorRoute.Find(method, target).Action, OperatorRoute.Find(method, target).Grant));
}
