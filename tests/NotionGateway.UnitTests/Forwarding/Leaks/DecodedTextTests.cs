using System.Text;
using System.Text.Json;
using NotionGateway.Credentials.Sources;
using NotionGateway.Forwarding.Leaks;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Forwarding.Leaks;

public sealed class DecodedTextTests
{
    private static readonly string Escaped = string.Concat(The.NotionToken.Select(character => $"\\u{(int)character:x4}"));

    public static TheoryData<string> Forms => new(
        $"Bearer {The.NotionToken}",
        $"Bearer {Escaped}",
        Escaped.ToUpperInvariant().Replace("\\U", "\\u"),
        $"\\u006e{The.NotionToken[1..]}",
        $"{The.NotionToken[..20]}\\u{(int)The.NotionToken[20]:X4}{The.NotionToken[21..]}",
        The.NotionToken.Replace("_", "\\_"),
        JsonSerializer.Serialize($"a \\ \" \n {Escaped}"),
        JsonSerializer.Serialize(JsonSerializer.Serialize(Escaped)),
        $"\\\\u{Escaped}");

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_token_is_found_however_it_is_escaped(string text) => Assert.True(Holds(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [MemberData(nameof(Forms))]
    public void And_in_wide_characters_too(string text)
    {
        Encoding[] all = [Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, new UTF32Encoding(bigEndian: true, byteOrderMark: true)];
        Assert.All(all, wide => Assert.True(Holds([.. wide.GetPreamble(), .. wide.GetBytes(text)])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\\")]
    [InlineData("\\u")]
    [InlineData("\\u006")]
    [InlineData("\\u00zz and \\x")]
    [InlineData("a\0b\\u0000c")]
    [InlineData("\\\\\\\\\\\\\\\\\\\\")]
    [InlineData("{\"message\":\"the path \\\"C:\\\\ntn_\\\" was not found\\n\"}")]
    public void Other_text_is_not_taken_for_it(string text) => Assert.False(Holds(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void Escapes_are_undone_up_to_four_layers_deep(int layers, bool isFound)
    {
        var text = Enumerable.Range(1, layers - 1).Aggregate(Escaped, (inner, _) => inner.Replace(@"\", @"\\"));
        Assert.Equal(isFound, Holds(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void An_escaped_character_whose_low_byte_is_one_of_the_token_is_not_taken_for_it() =>
        Assert.False(Holds(Encoding.UTF8.GetBytes($"\\u01{(int)The.NotionToken[0]:x2}{The.NotionToken[1..]}")));

    [Theory]
    [InlineData('b')]
    [InlineData('f')]
    [InlineData('n')]
    [InlineData('r')]
    [InlineData('t')]
    public void The_escape_of_a_control_character_is_not_taken_for_its_letter(char letter)
    {
        var matcher = new TokenMatcher($"ntn_12345678901{letter}TheRestOfThisToken");
        Assert.True(DecodedText.Holds(Encoding.UTF8.GetBytes($"ntn_\\u00312345678901{letter}TheRestOfThisToken"), matcher));
        Assert.False(DecodedText.Holds(Encoding.UTF8.GetBytes($"ntn_12345678901\\{letter}TheRestOfThisToken"), matcher));
    }

    [Fact]
    public void A_token_that_lacks_a_character_is_none() => Assert.False(Holds(Encoding.UTF8.GetBytes(Escaped[6..] + " x" + The.NotionToken[1..])));

    private static bool Holds(byte[] text) => DecodedText.Holds(text, Some.Token().Matcher);
}
