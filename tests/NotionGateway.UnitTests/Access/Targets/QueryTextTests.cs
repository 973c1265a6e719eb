using CsCheck;
using NotionGateway.Access.Targets;

namespace NotionGateway.UnitTests.Access.Targets;

public sealed class QueryTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a=b&c")]
    [InlineData("a=%41%5a%5A")]
    [InlineData("a=%C3%A9")]
    [InlineData("a=%F0%9F%90%8C")]
    [InlineData("a=%00%0d%0a")]
    [InlineData("a=%25zz")]
    [InlineData("%61%3D%62")]
    public void A_query_with_whole_escapes_of_valid_text_is_in_order(string query) => Assert.Null(QueryText.WrongWith(query));

    [Theory]
    [InlineData("%")]
    [InlineData("a=%4")]
    [InlineData("a=%zz")]
    [InlineData("a=%4z")]
    [InlineData("a=%z4")]
    [InlineData("a=%%41")]
    [InlineData("%41%")]
    [InlineData("a=% 41")]
    public void A_broken_escape_is_named(string query) => Assert.Equal("The query contains an invalid percent-encoding.", QueryText.WrongWith(query));

    [Theory]
    [InlineData("a=%c0%ae")]
    [InlineData("a=%F0%28")]
    [InlineData("a=%C3")]
    [InlineData("a=%C3&b=%A9")]
    [InlineData("a=%80")]
    [InlineData("a=%ED%A0%80")]
    [InlineData("a=%FF")]
    public void Escapes_that_are_no_UTF8_are_named(string query) => Assert.Equal("The query is not valid UTF-8.", QueryText.WrongWith(query));

    [Theory]
    [InlineData("", "")]
    [InlineData("token", "token")]
    [InlineData("a+b", "a b")]
    [InlineData("%74oken", "token")]
    [InlineData("%2B", " ")]
    [InlineData("%2574oken", "token")]
    [InlineData("%25252574oken", "token")]
    [InlineData("%%37%34oken", "token")]
    [InlineData("%2%35", "%")]
    [InlineData("%e9", "\u00e9")]
    [InlineData("%", "%")]
    [InlineData("%7", "%7")]
    [InlineData("%zz", "%zz")]
    public void Decoding_goes_on_until_nothing_changes(string text, string decoded) => Assert.Equal(decoded, QueryText.Decode(text));

    [Fact]
    public void Nothing_that_is_decoded_can_be_decoded_again()
    {
        var piece = Gen.OneOf("%", "2", "5", "7", "4", "%25", "%74", "+", "a", "=");
        piece.Array[0, 20].Select(string.Concat).Sample(
            text =>
            {
                var decoded = QueryText.Decode(text);
                return QueryText.Decode(decoded) == decoded && !decoded.Contains('+', StringComparison.Ordinal);
            },
            iter: 20_000);
    }
}
