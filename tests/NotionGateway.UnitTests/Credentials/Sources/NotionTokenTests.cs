using System.Text;
using System.Text.Json;
using NotionGateway.Credentials;
using NotionGateway.Credentials.Sources;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Credentials.Sources;

public sealed class NotionTokenTests
{
    [Fact]
    public void A_token_does_not_print_itself()
    {
        var token = Some.Token();
        Assert.DoesNotContain(
            The.NotionToken,
            $"{token} {token.Matcher} {new { token }} {JsonSerializer.Serialize(token)} " +
            $"{JsonSerializer.Serialize(token.Matcher)} {SourceReading.Of(The.NotionToken)}");
        Assert.DoesNotContain(The.NotionToken, new CredentialState { Token = token }.ToString());
    }

    [Theory]
    [InlineData("https://api.notion.com/v1/users")]
    [InlineData("https://api.notion.com/")]
    public void It_goes_to_the_host_it_is_bound_to(string address) => Assert.Equal($"Bearer {The.NotionToken}", Some.Token().BearerFor(new Uri(address)));

    [Theory]
    [InlineData("http://api.notion.com/v1/users")]
    [InlineData("https://api.notion.com.evil/v1/users")]
    [InlineData("https://api.notion.com:8443/v1/users")]
    [InlineData("https://api.notion.com@evil/v1/users")]
    [InlineData("https://evil/https://api.notion.com/")]
    public void It_goes_to_no_other(string address)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Some.Token().BearerFor(new Uri(address)));
        Assert.DoesNotContain(The.NotionToken, exception.ToString());
    }

    [Fact]
    public void Two_tokens_are_the_same_if_value_and_host_are()
    {
        Assert.Equal(Some.Token(), Some.Token());
        Assert.NotEqual(Some.Token(), Some.Token(The.OtherToken));
        Assert.NotEqual(Some.Token(), new NotionToken(The.NotionToken, new Uri("https://elsewhere.example")));
    }

    [Fact]
    public void Its_needle_finds_it_in_text_and_bytes()
    {
        var matcher = Some.Token().Matcher;
        Assert.True(matcher.IsIn($"Bearer {The.NotionToken}."));
        Assert.True(matcher.IsIn(Encoding.ASCII.GetBytes($"x{The.NotionToken}")));
        Assert.False(matcher.IsIn($"Bearer {The.NotionToken[..^1]}"));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("nothing of it", 0)]
    [InlineData("…n", 1)]
    [InlineData("nt", 2)]
    [InlineData("nntn_1", 5)]
    [InlineData("ntn_ntn", 3)]
    [InlineData("ntn_x", 0)]
    public void Its_needle_knows_where_it_may_have_begun(string text, int begun) =>
        Assert.Equal(begun, Some.Token().Matcher.BegunAtEndOf(Encoding.UTF8.GetBytes(text)));
}
