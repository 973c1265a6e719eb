using NotionGateway.Access.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>How a text of a token is written to a log.</summary>
public sealed class TokenDenialTests
{
    [Theory]
    [InlineData("a b", "a b")]
    [InlineData("!~", "!~")]
    [InlineData("\u001F", @"\u001f")]
    [InlineData("\u007F", @"\u007f")]
    [InlineData("\r\n", @"\u000d\u000a")]
    [InlineData("é", @"\u00e9")]
    [InlineData("'", @"\u0027")]
    [InlineData(@"\", @"\u005c")]
    public void Only_printable_characters_of_ASCII_are_written_as_they_are(string text, string escaped)
    {
        Assert.Equal(escaped, TokenDenial.Escape(text));
        Assert.Equal($"'{escaped}'", TokenDenial.Quote(text));
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(199, "")]
    [InlineData(200, "")]
    [InlineData(201, "…")]
    public void A_text_of_more_than_200_characters_is_cut_and_shown_to_be(int length, string end) =>
        Assert.Equal(new string('x', Math.Min(length, 200)) + end, TokenDenial.Escape(new string('x', length)));
}
