using NotionGateway.Access.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>The outer form of a token: its three parts, and the one way to write each.</summary>
public sealed class TokenFormTests
{
    [Theory]
    [InlineData("a.b.c", true)]
    [InlineData(".b.c", false)]
    [InlineData("a..c", false)]
    [InlineData("a.b.", false)]
    [InlineData("..", false)]
    [InlineData("a.b", false)]
    [InlineData("a.b.c.d", false)]
    [InlineData("abc", false)]
    [InlineData("", false)]
    public void A_token_has_three_parts_and_none_is_empty(string text, bool isOne)
    {
        Assert.Equal(isOne, TokenForm.TrySplit(text, out var header, out var payload, out var signature));
        Assert.Equal(isOne ? text : "..", $"{header}.{payload}.{signature}");
    }

    [Theory]
    [InlineData("AA", true)]
    [InlineData("AB", false)]
    [InlineData("AQ", true)]
    [InlineData("AAA", true)]
    [InlineData("AAB", false)]
    [InlineData("AAC", false)]
    [InlineData("AAE", true)]
    [InlineData("AAAA", true)]
    [InlineData("AAAB", true)]
    [InlineData("-_-_", true)]
    [InlineData("A", false)]
    [InlineData("AAAAA", false)]
    [InlineData("AAAAB", false)]
    [InlineData("", false)]
    [InlineData("AA==", false)]
    [InlineData("A+/A", false)]
    public void A_part_is_written_in_the_one_way_that_RFC_7515_allows(string part, bool isOne)
    {
        Assert.Equal(isOne, TokenForm.TryDecode(part, out var bytes));
        Assert.Equal(isOne ? part.Length * 3 / 4 : 0, bytes.Length);
    }
}
