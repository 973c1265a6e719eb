using NotionGateway.Access;
using NotionGateway.Access.Targets;
using NotionGateway.Notion;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Access;

public sealed class AccessRulesTests
{
    [Fact]
    public void What_is_not_listed_is_refused_with_the_setting_that_lists_it()
    {
        var refusal = Authorize(Some.CallerOptions("crm"), "GET", "/v1/tools/run", null, out _);
        Assert.Equal(RefusalReason.UnknownOperation, refusal!.Reason);
        Assert.Contains("ExtraOperations", refusal.Message);
    }

    [Theory]
    [InlineData("POST", "/v1/oauth/token")]
    [InlineData("POST", "/v1/oauth/introspect")]
    [InlineData("POST", "/v1/oauth/revoke")]
    [InlineData("GET", "/v1/oauth/authorize")]
    [InlineData("POST", "/v1/external_agent_stub/x")]
    [InlineData("GET", "/V1/users/me")]
    [InlineData("GET", "/v1/Users/me")]
    [InlineData("GET", "/v1/users/")]
    [InlineData("GET", "/v1/users/me/")]
    [InlineData("GET", "/v1")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/livez")]
    [InlineData("GET", "/metrics")]
    [InlineData("DELETE", "/v1/pages/abc")]
    public void Nothing_else_is_reachable_whatever_is_granted(string method, string target) =>
        Assert.Equal(RefusalReason.UnknownOperation, Authorize(Some.CallerOptions("crm"), method, target, null, out _)?.Reason);

    [Fact]
    public void A_missing_capability_is_named()
    {
        var refusal = Authorize(Some.CallerOptions("crm") with { Permissions = Permissions.ReadOnly }, "PATCH", "/v1/blocks/abc/children", null, out _);
        Assert.Equal(RefusalReason.NotPermitted, refusal!.Reason);
        Assert.Contains("insert_content", refusal.Message);
    }

    [Fact]
    public void A_caller_chooses_among_what_it_is_allowed()
    {
        var caller = Some.CallerOptions("crm") with { Credential = "default", Credentials = ["second"] };

        Assert.Null(Authorize(caller, "GET", "/v1/users/me", null, out var byDefault));
        Assert.Null(Authorize(caller, "GET", "/v1/users/me", "second", out var chosen));
        Assert.Null(Authorize(caller, "GET", "/v1/users/me", "default", out _));
        Assert.Equal("default", byDefault.Value);
        Assert.Equal("second", chosen.Value);
    }

    [Fact]
    public void A_forbidden_and_an_unknown_credential_answer_alike()
    {
        var caller = Some.CallerOptions("crm");
        var forbidden = Authorize(caller, "GET", "/v1/users/me", "second", out _);
        var unknown = Authorize(caller, "GET", "/v1/users/me", "there-is-none", out _);

        Assert.Equal(RefusalReason.CredentialNotAllowed, forbidden!.Reason);
        Assert.Equal(forbidden, unknown);
    }

    [Fact]
    public void A_bound_key_opens_its_own_grant_and_nothing_that_its_caller_may_use_besides()
    {
        var caller = Some.CallerOptions("crm") with { Credential = "default", Credentials = ["second", "crm/*"] };
        var rules = new AccessRules(Some.Access(caller));
        RefusalReason? Choose(string? chosen) => rules.Authorize(
            rules.CallerNamed("crm")!, "GET", new RequestTarget("/v1/users/me"), chosen, bound: new CredentialName("crm/acme")).Refusal?.Reason;

        Assert.All([null, "crm/acme"], own => Assert.Null(Choose(own)));
        Assert.All(["default", "second", "crm/other"], other => Assert.Equal(RefusalReason.CredentialNotAllowed, Choose(other)));
    }

    [Fact]
    public void An_operation_that_the_operator_lists_is_reachable()
    {
        var extra = new NotionOperation("POST", "/v1/tools/{tool_id}/run", "tools.run", Capability.ReadContent, Reads: true, Repeatable: true, BodyKind.Json);
        var rules = new AccessRules(Some.Access(Some.CallerOptions("crm")) with { ExtraOperations = [extra] });

        var decision = rules.Authorize(rules.CallerNamed("crm")!, "POST", new RequestTarget("/v1/tools/x/run"), null);
        Assert.Null(decision.Refusal);
        Assert.Equal("tools.run", decision.Operation!.Name);
    }

    private static Refusal? Authorize(CallerOptions caller, string method, string target, string? chosen, out CredentialName credential)
    {
        var rules = new AccessRules(Some.Access(caller));
        var decision = rules.Authorize(rules.CallerNamed(caller.Name)!, method, new RequestTarget(target), chosen);
        credential = decision.Credential ?? default;
        return decision.Refusal;
    }
}
