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
        Assert.Contains("'crm' is not permitted to use the credential named in Notion-Gateway-Credential", forbidden.Message, StringComparison.Ordinal);
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

    [Fact]
    public void A_caller_without_a_credential_of_its_own_must_name_one()
    {
        var caller = Some.CallerOptions("crm") with { Credential = null, Credentials = ["shop/*"] };
        var refusal = Authorize(caller, "GET", "/v1/users/me", null, out _);

        Assert.Equal(RefusalReason.CredentialNotAllowed, refusal!.Reason);
        Assert.Contains("as app/name", refusal.Message, StringComparison.Ordinal);
        Assert.Null(Authorize(caller, "GET", "/v1/users/me", "shop/acme", out var chosen));
        Assert.Equal("shop/acme", chosen.Value);
    }

    [Fact]
    public void Permission_is_asked_before_the_credential()
    {
        var caller = Some.CallerOptions("crm") with { Permissions = Permissions.ReadOnly };
        Assert.Equal(RefusalReason.NotPermitted, Authorize(caller, "POST", "/v1/pages", "nowhere", out var credential)?.Reason);
        Assert.Equal("default", credential.Value);
    }

    [Fact]
    public void A_key_is_its_callers_unless_the_caller_is_disabled()
    {
        var rules = new AccessRules(Some.Access(Some.CallerOptions("crm"), Some.CallerOptions("off") with { Disabled = true }));

        Assert.Equal(("crm", null), Named(rules.Authenticate(KeyDigest.Of("the key of crm"))));
        Assert.Equal(("off", "caller_disabled"), Named(rules.Authenticate(KeyDigest.Of("the key of off"))));
        Assert.Equal((null, "invalid_key"), Named(rules.Authenticate(KeyDigest.Of("the key of nobody"))));
        Assert.Equal(["crm", "off"], rules.Callers.Select(caller => caller.Name));
    }

    [Fact]
    public void A_bound_key_speaks_for_its_caller_as_long_as_that_may_use_the_app()
    {
        var allowed = Some.CallerOptions("crm") with { Permissions = Some.Permissions("read", "oauth:shop") };
        (string?, string?) Of(BoundIdentity? identity, CallerOptions caller) => Named(new AccessRules(Some.Access(caller)).AuthenticateBound(identity));
        var identity = new BoundIdentity("crm", new CredentialName("shop/acme"), "id");

        Assert.Equal(("crm", null), Of(identity, allowed));
        Assert.Equal(("crm", "invalid_key"), Of(identity, allowed with { Permissions = Some.Permissions("all", "oauth:other") }));
        Assert.Equal(("crm", "caller_disabled"), Of(identity, allowed with { Disabled = true }));
        Assert.Equal((null, "invalid_key"), Of(identity with { Caller = "gone" }, allowed));
        Assert.Equal((null, "invalid_key"), Of(null, allowed));
        Assert.Same(identity, new AccessRules(Some.Access(allowed)).AuthenticateBound(identity).Bound);
    }

    [Fact]
    public void By_the_same_rules_a_request_is_let_in_again_with_what_it_was_given()
    {
        var rules = new AccessRules(Some.Access(Some.CallerOptions("crm")));
        var admission = Some.Admission(rules, rules.CallerNamed("crm")!, credential: "elsewhere");
        var decision = rules.Readmit(admission, new Authentication(null, admission.Caller));
        Assert.Equal(new AccessDecision(null, admission.Caller, admission.Operation, admission.Credential), decision);
    }

    [Fact]
    public void By_other_rules_a_request_is_judged_as_a_new_one_would_be()
    {
        var before = new AccessRules(Some.Access(Some.CallerOptions("crm")));
        var admission = Some.Admission(before, before.CallerNamed("crm")!, operation: "pages.create", target: "/v1/pages");
        AccessDecision Again(Func<AccessOptions, AccessOptions> change, Admission? other = null)
        {
            var now = new AccessRules(change(Some.Access(Some.CallerOptions("crm") with { Credential = "second" })));
            return now.Readmit(other ?? admission, new Authentication(null, now.CallerNamed("crm")));
        }

        Assert.Equal("second", Again(options => options).Credential?.Value);
        Assert.Equal(
            RefusalReason.NotPermitted,
            Again(_ => Some.Access(Some.CallerOptions("crm") with { Permissions = Permissions.ReadOnly })).Refusal?.Reason);
        Assert.Equal(RefusalReason.CredentialNotAllowed, Again(options => options, admission with { Chosen = "default" }).Refusal?.Reason);

        var strict = new QueryTokenOptions { Names = QueryTokenOptions.DefaultNames, Action = QueryTokenAction.Reject };
        var withToken = admission with { Reading = admission.Reading with { QueryTokens = 1 } };
        Assert.Equal(RefusalReason.QueryTokenRejected, Again(options => options with { QueryTokens = strict }, withToken).Refusal?.Reason);
        Assert.Null(Again(options => options with { QueryTokens = strict }).Refusal);
    }

    [Fact]
    public void A_caller_that_is_unknown_or_denied_by_now_is_not_let_in_again()
    {
        var rules = new AccessRules(Some.Access(Some.CallerOptions("crm")));
        var admission = Some.Admission(rules, rules.CallerNamed("crm")!);
        Assert.Equal(RefusalReason.InvalidKey, rules.Readmit(admission, Authentication.Denied(BearerKey.Invalid)).Refusal?.Reason);
        Assert.Equal(RefusalReason.InvalidKey, rules.Readmit(admission, new Authentication(null, null)).Refusal?.Reason);

        var denied = new Authentication(BearerKey.Invalid with { Reason = RefusalReason.CallerDisabled }, admission.Caller);
        Assert.Equal(new AccessDecision(denied.Refusal, admission.Caller), rules.Readmit(admission, denied));
    }

    [Fact]
    public void A_bound_key_whose_grant_has_another_name_by_now_goes_on_under_that_name()
    {
        var rules = new AccessRules(Some.Access(Some.CallerOptions("crm")));
        var admission = Some.Admission(rules, rules.CallerNamed("crm")!, credential: "shop/old");
        CredentialName? Credential(string name) => rules.Readmit(
            admission, new Authentication(null, admission.Caller, Bound: new BoundIdentity("crm", new CredentialName(name), "id"))).Credential;

        Assert.Equal("shop/old", Credential("shop/old")?.Value);
        Assert.Equal("shop/new", Credential("shop/new")?.Value);
    }

    [Theory]
    [InlineData("GET", "/v1/users/me", null, null)]
    [InlineData("POST", "/v1/pages", null, null)]
    [InlineData("DELETE", "/v1/blocks/a", null, null)]
    [InlineData("PUT", "/v1/users/me", null, "method_not_allowed")]
    [InlineData("GET", "/v1/../x", null, "malformed_target")]
    [InlineData("GET", "/v1/nothing", null, "unknown_operation")]
    [InlineData("GET", "/v1/users/me", "other", "credential_not_allowed")]
    public void An_explanation_is_what_a_request_would_be_told(string method, string target, string? chosen, string? reason)
    {
        var rules = new AccessRules(Some.Access(Some.CallerOptions("crm")));
        var decision = rules.Explain(rules.CallerNamed("crm")!, method, target, chosen, out var reading);

        Assert.Equal(reason, decision.Refusal?.Reason.Name);
        Assert.Equal("crm", decision.Caller?.Name);
        Assert.Equal(reason is "method_not_allowed" or "malformed_target", reading is null);
    }

    [Fact]
    public void An_explanation_for_a_disabled_caller_says_so()
    {
        var rules = new AccessRules(Some.Access(Some.CallerOptions("off") with { Disabled = true }));
        Assert.Equal(RefusalReason.CallerDisabled, rules.Explain(rules.CallerNamed("off")!, "GET", "/v1/users/me", null, out _).Refusal?.Reason);
    }

    private static (string? Caller, string? Reason) Named(in Authentication who) => (who.Caller?.Name, who.Refusal?.Reason.Name);

    private static Refusal? Authorize(CallerOptions caller, string method, string target, string? chosen, out CredentialName credential)
    {
        var rules = new AccessRules(Some.Access(caller));
        var decision = rules.Authorize(rules.CallerNamed(caller.Name)!, method, new RequestTarget(target), chosen);
        credential = decision.Credential ?? default;
        return decision.Refusal;
    }
}
