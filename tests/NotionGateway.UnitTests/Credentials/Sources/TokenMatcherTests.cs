using System.Text;
using NotionGateway.Credentials.Sources;

namespace NotionGateway.UnitTests.Credentials.Sources;

public sealed class TokenMatcherTests
{
    private readonly TokenMatcher _matcher = new("ntn_ntx");

    [Theory]
    [InlineData("ntn_ntx", true)]
    [InlineData("a ntn_ntx b", true)]
    [InlineData("ntn_ntn_ntx", true)]
    [InlineData("ntn_nt", false)]
    [InlineData("NTN_NTX", false)]
    [InlineData("", false)]
    public void It_finds_the_token_and_nothing_like_it(string text, bool isIn)
    {
        Assert.Equal(isIn, _matcher.IsIn(text));
        Assert.Equal(isIn, _matcher.IsIn(Encoding.ASCII.GetBytes(text)));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("n", 1)]
    [InlineData("abc", 0)]
    [InlineData("a n", 1)]
    [InlineData("a ntn_nt", 6)]
    [InlineData("ntn_nt", 6)]
    [InlineData("ntn_ntn", 3)]
    [InlineData("ntn_ntn_", 4)]
    [InlineData("ntntn", 3)]
    [InlineData("ntn_ntx", 0)]
    [InlineData("ntnn", 1)]
    [InlineData("ntn_nty", 0)]
    public void It_says_how_much_of_the_end_may_be_the_beginning_of_the_token(string text, int length) =>
        Assert.Equal(length, _matcher.BegunAtEndOf(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void It_never_prints_the_token() => Assert.Equal(("[redacted]", 6), (_matcher.ToString(), _matcher.LongestBeginning));
}
