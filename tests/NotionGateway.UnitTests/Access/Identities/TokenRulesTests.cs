using System.Text;
using System.Text.Json;
using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>Which issuer and which binding a token belongs to, by one version of the settings.</summary>
public sealed class TokenRulesTests
{
    [Theory]
    [InlineData("corp", "spiffe://corp/sync", true)]
    [InlineData("corp", "spiffe://corp.evil/sync", false)]
    [InlineData("corp", "spiffe://corp", false)]
    [InlineData("corp", "sync", false)]
    [InlineData(null, "sync", true)]
    [InlineData(null, "spiffe://corp/sync", true)]
    public void An_issuer_with_a_trust_domain_names_only_subjects_of_it(string? trustDomain, string subject, bool isFound)
    {
        var rules = Rules(TokenScene.Corp(trustDomain: trustDomain));
        Assert.Equal(isFound ? "corp" : null, rules.IssuerOf(Token(subject))?.Name);
    }

    [Fact]
    public void Of_two_identities_of_one_caller_the_first_is_the_one_that_is_named()
    {
        var rules = Rules(
            TokenScene.Corp(),
            ("crm", TokenScene.Identity(subject: "sync") with { Label = "first" }),
            ("crm", TokenScene.Identity(subject: "sync") with { Label = "second" }));

        Assert.Null(rules.Bind(Token("sync"), TokenScene.Corp(), out var owner, out var identity));
        Assert.Equal(("crm", "first"), (owner, identity?.Label));
    }

    [Fact]
    public void Of_two_callers_both_are_named()
    {
        var rules = Rules(TokenScene.Corp(), ("crm", TokenScene.Identity(subject: "sync")), ("erp", TokenScene.Identity(subject: "sync")));

        var denial = rules.Bind(Token("sync"), TokenScene.Corp(), out _, out _);
        Assert.Equal(("identity_ambiguous", "sub 'sync' means 'crm' and 'erp'"), (denial?.Reason.Name, denial?.Problem));
    }

    [Fact]
    public void What_was_verified_is_bound_no_longer_when_its_issuer_has_no_identities_left()
    {
        var identity = TokenScene.Identity(subject: "sync");
        var token = Verified(identity);

        Assert.True(Rules(TokenScene.Corp(), ("crm", identity)).StillBinds(token));
        Assert.False(Rules(TokenScene.Corp(), ("erp", identity)).StillBinds(token));
        Assert.False(Rules(TokenScene.Corp()).StillBinds(token));
        Assert.False(Rules(TokenScene.Corp("other"), ("crm", identity)).StillBinds(token));
    }

    [Fact]
    public void A_verified_token_is_shown_by_its_issuer_and_its_subject_on_one_line()
    {
        var token = Verified(TokenScene.Identity(subject: "sync")) with { Subject = "a\nb" };
        Assert.Equal(@"corp/a\u000ab", token.Name);
        Assert.Equal(@"corp: 'a\u000ab'", token.ToString());
    }

    private static TokenRules Rules(IssuerOptions issuer, params (string Owner, IdentityOptions Identity)[] identities) =>
        new([issuer], identities, 8192, TimeProvider.System);

    private static UnverifiedToken Token(string subject) => new("RS256", null, null, TestIssuer.Value, subject, JsonElement.Parse("{}"));

    private static VerifiedToken Verified(IdentityOptions identity)
    {
        var keys = KeySet.Parse(Encoding.UTF8.GetBytes(new TestIssuer(TimeProvider.System).Document), null, out _)!;
        return new VerifiedToken("crm", identity, TokenScene.Corp(), keys.Keys[0], 0, "sync");
    }
}
