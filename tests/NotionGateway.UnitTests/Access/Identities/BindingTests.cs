using System.Text.Json.Nodes;
using NotionGateway.Access.Identities;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>Which caller a token means.</summary>
public sealed class BindingTests
{
    [Theory]
    [InlineData("system:serviceaccount:crm:x", "crm")]
    [InlineData("system:serviceaccount:crm-evil:x", "identity_unknown")]
    [InlineData("system:serviceaccount:crm:", "identity_unknown")]
    [InlineData("system:serviceaccount:crm", "identity_unknown")]
    public async Task Case_26_a_star_means_what_goes_on_after_the_separator(string subject, string expected)
    {
        using var scene = await SceneAsync(TokenScene.Identity(subject: "system:serviceaccount:crm:*"));
        Assert.Equal(expected, await scene.AskAsync(scene.Issuer.Token(claims: [("sub", subject)])));
    }

    [Theory]
    [InlineData("""["reader","writer"]""", "crm")]
    [InlineData("\"writer\"", "crm")]
    [InlineData("\"reader,writer\"", "identity_unknown")]
    [InlineData("\"Writer\"", "identity_unknown")]
    [InlineData("1", "identity_unknown")]
    [InlineData("[1]", "identity_unknown")]
    [InlineData("""{"writer":true}""", "identity_unknown")]
    [InlineData("null", "identity_unknown")]
    public async Task Case_27_a_claim_is_compared_as_a_text_or_as_an_element(string roles, string expected)
    {
        using var scene = await SceneAsync(TokenScene.Identity(claims: "roles=writer"));
        Assert.Equal(expected, await scene.AskAsync(scene.Issuer.Token(claims: [("roles", JsonNode.Parse(roles))])));
    }

    [Theory]
    [InlineData("level=1", "level", "1", "identity_unknown")]
    [InlineData("/realm_access/roles=writer", "realm_access", """{"roles":["writer"]}""", "crm")]
    [InlineData("/realm_access/roles=writer", "realm_access", "\"roles\"", "identity_unknown")]
    [InlineData("/realm_access/roles=writer", "realm_access", """[{"roles":["writer"]}]""", "identity_unknown")]
    [InlineData("/realm_access/roles/0=writer", "realm_access", """{"roles":["writer"]}""", "identity_unknown")]
    [InlineData("/a~1b/c~0d=x", "a/b", """{"c~d":"x"}""", "crm")]
    [InlineData("https://corp/claims/team=crm", "https://corp/claims/team", "\"crm\"", "crm")]
    [InlineData("with=a=b", "with", "\"a=b\"", "crm")]
    public async Task Case_27_a_pointer_walks_into_objects_only(string rule, string claim, string value, string expected)
    {
        using var scene = await SceneAsync(TokenScene.Identity(claims: rule));
        Assert.Equal(expected, await scene.AskAsync(scene.Issuer.Token(claims: [(claim, JsonNode.Parse(value))])));
    }

    [Fact]
    public async Task Case_28_a_token_that_means_two_callers_means_none()
    {
        using var scene = await new TokenScene(TokenScene.Access(
            null,
            TokenScene.Caller("crm", TokenScene.Identity(claims: "team=a")),
            TokenScene.Caller("erp", TokenScene.Identity(claims: "role=b")))).ReadKeysAsync();

        Assert.Equal("identity_ambiguous", await scene.AskAsync(scene.Issuer.Token(claims: [("team", "a"), ("role", "b")])));
        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token(claims: [("team", "a")])));
        Assert.Equal("erp", await scene.AskAsync(scene.Issuer.Token(claims: [("role", "b")])));
    }

    [Fact]
    public async Task A_caller_may_have_several_identities_and_everything_of_one_must_hold()
    {
        using var scene = await SceneAsync(
            TokenScene.Identity(subject: "a", claims: ["team=x", "role=y"]), TokenScene.Identity(subject: "b"));

        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token(claims: [("sub", "a"), ("team", "x"), ("role", "y")])));
        Assert.Equal("identity_unknown", await scene.AskAsync(scene.Issuer.Token(claims: [("sub", "a"), ("team", "x")])));
        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token(claims: [("sub", "b")])));
    }

    [Fact]
    public async Task What_a_subject_says_is_logged_escaped_and_bounded_and_only_when_its_signature_held()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var odd = "x\u2028'\\" + new string('y', 500);
        var problem = (await scene.PresentAsync(scene.Issuer.Token(claims: [("sub", odd)]))).Refusal!.Problem!;
        Assert.Contains(@"issuer corp: sub 'x\u2028\u0027\u005cyyy", problem);
        Assert.InRange(problem.Length, 200, 300);

        var forged = scene.Issuer.Token("ES256", "p256", TestIssuer.OtherP256, claims: [("sub", "forged-subject")]);
        Assert.DoesNotContain("forged-subject", (await scene.PresentAsync(forged)).Refusal!.Problem!);
    }

    [Theory]
    [InlineData("a:*", true)]
    [InlineData("a/*", true)]
    [InlineData("a*", false)]
    [InlineData("*", false)]
    [InlineData("a:*b", false)]
    [InlineData("a:**", false)]
    [InlineData("a b", false)]
    [InlineData("plain", true)]
    public void A_star_stands_at_the_very_end_behind_a_separator(string subject, bool valid) => Assert.Equal(valid, SubjectRule.IsValid(subject));

    [Theory]
    [InlineData("noequals")]
    [InlineData("=x")]
    [InlineData("x=")]
    [InlineData("/=x")]
    [InlineData("/a~2b=x")]
    [InlineData("/a~=x")]
    public void A_claim_is_a_name_and_a_value(string text) => Assert.Null(ClaimRule.Parse(text));

    private static Task<TokenScene> SceneAsync(params IdentityOptions[] identities) =>
        new TokenScene(TokenScene.Access(null, TokenScene.Caller("crm", identities))).ReadKeysAsync();
}
