using NotionGateway.Access.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>One rule about a subject: its length and characters, and which other rules it includes.</summary>
public sealed class SubjectRuleTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_subject_has_1_to_1024_characters(int length, bool valid) => Assert.Equal(valid, SubjectRule.IsValid(new string('s', length)));

    [Theory]
    [InlineData("!", true)]
    [InlineData("~", true)]
    [InlineData("\u007F", false)]
    [InlineData(" ", false)]
    [InlineData("é", false)]
    public void A_subject_has_visible_characters_of_ASCII_only(string text, bool valid) => Assert.Equal(valid, SubjectRule.IsValid($"a{text}b"));

    [Theory]
    [InlineData("a:*", "a:b", true)]
    [InlineData("a:*", "a:b:*", true)]
    [InlineData("a:*", "a:", false)]
    [InlineData("a:*", "a", false)]
    [InlineData("a:*", "b:c", false)]
    [InlineData("a:*", "a:*", false)]
    [InlineData("a:b:*", "a:*", false)]
    [InlineData("a:b:*", "a:b", false)]
    [InlineData("a:b", "a:b", false)]
    [InlineData("a:b", "a:b:c", false)]
    public void A_star_covers_every_other_rule_for_what_goes_on_after_it(string rule, string other, bool covers) =>
        Assert.Equal(covers, new SubjectRule(rule).Covers(new SubjectRule(other)));
}
