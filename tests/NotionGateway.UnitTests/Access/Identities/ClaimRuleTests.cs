using NotionGateway.Access.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>One rule about a claim: how it is written, and whether it tells subjects apart.</summary>
public sealed class ClaimRuleTests
{
    [Theory]
    [InlineData("sub=x", true)]
    [InlineData("team=x", true)]
    [InlineData("/sub=x", true)]
    [InlineData("/a/b=x", true)]
    [InlineData("/iss/x=y", true)]
    [InlineData("iss=x", false)]
    [InlineData("/iss=x", false)]
    [InlineData("aud=x", false)]
    [InlineData("exp=x", false)]
    [InlineData("iat=x", false)]
    [InlineData("nbf=x", false)]
    [InlineData("jti=x", false)]
    [InlineData("typ=x", false)]
    public void A_claim_that_every_token_has_tells_no_subject_from_another(string text, bool distinguishes) =>
        Assert.Equal(distinguishes, Parse(text).Distinguishes);

    [Theory]
    [InlineData("a=b", true)]
    [InlineData("a=c", false)]
    [InlineData("b=b", false)]
    [InlineData("b=a", false)]
    public void Two_rules_are_equal_if_they_ask_for_the_same_value_of_the_same_name(string other, bool equal)
    {
        Assert.Equal(equal, Parse("a=b").Equals(Parse(other)));
        Assert.Equal(equal, Parse("a=b").GetHashCode() == Parse(other).GetHashCode());
        Assert.False(Parse("a=b").Equals(null));
    }

    [Fact]
    public void A_rule_is_shown_as_it_is_written() => Assert.Equal("/a/b=c=d", Parse("/a/b=c=d").ToString());

    private static ClaimRule Parse(string text) => ClaimRule.Parse(text) ?? throw new ArgumentException($"'{text}' is no claim.", nameof(text));
}
