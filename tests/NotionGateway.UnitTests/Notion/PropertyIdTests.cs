using System.Text;
using CsCheck;
using NotionGateway.Access.Targets;
using NotionGateway.Notion;

namespace NotionGateway.UnitTests.Notion;

public sealed class PropertyIdTests
{
    // What each of these encoders leaves as it is, beside letters and digits.
    private const string EncodeUriComponent = "-_.!~*'()";
    private const string EncodeUri = EncodeUriComponent + ";,/?:@&=+$#";
    private const string GoPathEscape = "-_.~$&+=:@";

    private static readonly OperationTable Operations = new(NotionOperations.All);

    private static readonly Gen<string> Printable = Gen.Char['!', '~'].Array[1, 12].Select(characters => new string(characters));

    /// <summary>Ids in which the dangerous characters are frequent.</summary>
    private static readonly Gen<string> Dangerous = Gen.OneOf(
        ".", "..", "/", "\\", ";", " ", "%", "2", "e", "E", "F", "5", "c", "a", "\u2024", "\u2025", "\uff0e", "\uff0f", "\u00a0", "\n", "\u0085", "é")
        .Array[1, 8].Select(string.Concat);

    [Theory]
    [InlineData("title")]
    [InlineData("%2F7eo")]
    [InlineData("%25s9")]
    [InlineData("a%20b")]
    [InlineData("jsI:")]
    [InlineData("a@b")]
    [InlineData("a=b")]
    [InlineData("$Pb")]
    [InlineData("a,b")]
    [InlineData("a;b&c+d!*'()~")]
    [InlineData("%2Eb")]
    [InlineData("..b")]
    [InlineData("...")]
    [InlineData("%C3%BC")]
    [InlineData("t%257B%257Di")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("a%2F%2Fb%5Cc")]
    [InlineData("%25")]
    [InlineData("%2525zz")]
    [InlineData("%41%7E")]
    [InlineData(".%3Ba")]
    [InlineData("a..%2Fb")]
    public void Whatever_Notion_gives_out_and_clients_make_of_it_passes(string id) => Assert.True(PropertyId.IsHarmless(id));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("%2e")]
    [InlineData("%2E%2e")]
    [InlineData(".%2e")]
    [InlineData("%252e%252e")]
    [InlineData("%25252e.")]
    [InlineData("%2F..%2Fx")]
    [InlineData("a%2F..")]
    [InlineData("a%5C..%5Cb")]
    [InlineData("a%255c..")]
    [InlineData("..;x")]
    [InlineData("..%3Bx=y")]
    [InlineData("a%2F%2e%2e%3Bx%2Fb")]
    [InlineData("..%20")]
    [InlineData("%20..")]
    [InlineData("%20..%20%3Ba")]
    [InlineData("..%C2%A0")]
    [InlineData("%E2%80%A5")]
    [InlineData("%EF%B8%B0%3Bx")]
    [InlineData("%E2%80%A4%E2%80%A4")]
    [InlineData("%EF%BC%8E.")]
    [InlineData("%EF%B9%92%EF%BC%8E")]
    [InlineData("a%EF%BC%8F..")]
    [InlineData("a%EF%BC%BC..")]
    [InlineData("a%EF%B9%A8..")]
    [InlineData("..%EF%BC%9Bx")]
    [InlineData("..%CD%BEx")]
    [InlineData("%EF%BC%85%EF%BC%92%EF%BC%A5.")]
    [InlineData("%EF%B9%AA2e.")]
    [InlineData("%00")]
    [InlineData("%0d%0a")]
    [InlineData("a%2509b")]
    [InlineData("%1B")]
    [InlineData("%7F")]
    [InlineData("%C2%85")]
    [InlineData("%FF")]
    [InlineData("%C0%AE")]
    [InlineData("%ED%A0%80")]
    [InlineData("%25C3%A9")]
    [InlineData("%zz")]
    [InlineData("%3")]
    [InlineData("a%")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a|b")]
    [InlineData("a\"b")]
    [InlineData("é")]
    [InlineData("ntn_12345678901abcdefghijklmnopqrstuvwxyz012345678")]
    [InlineData("a%2Fsecret_0123456789012345678901234567890123456789012")]
    [InlineData("adm%255F0123456789012345678901234567890123456789012")]
    [InlineData("ngw_0123456789012345678901234567890123456789012")]
    public void What_could_lead_out_or_leak_does_not(string id) => Assert.False(PropertyId.IsHarmless(id));

    [Fact]
    public void It_is_at_most_200_bytes_long()
    {
        Assert.True(PropertyId.IsHarmless(new string('a', 200)));
        Assert.False(PropertyId.IsHarmless(new string('a', 201)));
        Assert.True(PropertyId.IsHarmless($"%{string.Concat(Enumerable.Repeat("25", 99))}a"));
    }

    [Fact]
    public void Any_printable_id_passes_in_any_encoding_unless_it_leads_out() =>
        Gen.Select(Printable, Gen.OneOf(EncodeUriComponent, GoPathEscape), Gen.Int[1, 3]).Sample(
        (id, bare, times) => Passes(Encoded(id, bare, times)) == IsRight(id, Encoded(id, bare, times)), iter: 20_000);

    [Fact]
    public void EncodeURI_leaves_delimiters_bare_and_the_rest_passes() => Gen.Select(Printable, Gen.Int[1, 2]).Sample((id, times) =>
    {
        var encoded = Encoded(id, EncodeUri, times);
        var ends = encoded.IndexOf('?', StringComparison.Ordinal);

        // A bare '?' begins the query, a bare '/' another segment, a bare '#' a fragment: that is what the client has written.
        var segment = ends < 0 ? encoded : encoded[..ends];
        return segment.Length == 0 || encoded.Contains('#', StringComparison.Ordinal) || segment.Contains('/', StringComparison.Ordinal)
            || Passes(encoded) == (IsRight(id.Split('?')[0], segment) && TargetGuard.Check("/v1/users" + encoded[segment.Length..], Operations, out _) is null);
    }, iter: 20_000);

    [Fact]
    public void Whatever_passes_never_leads_out_however_often_it_is_decoded()
    {
        var encoders = Gen.OneOf(EncodeUriComponent, EncodeUri, GoPathEscape);
        Gen.Select(Dangerous, encoders, Gen.Int[0, 3]).Sample((id, bare, times) =>
        {
            var encoded = Encoded(id, bare, times);
            return !PropertyId.IsHarmless(encoded) || !LeadsOut(encoded);
        }, iter: 50_000);
    }

    [Fact]
    public void Any_text_passes_as_a_value_of_the_query()
    {
        var text = Gen.Char.Array[0, 20].Select(characters => new string(characters));
        text.Where(value => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value)) == value).Sample(value =>
        {
            var raw = "/v1/custom_emojis?name=" + Encoded(value, EncodeUriComponent, 1);
            return TargetGuard.Check(raw, Operations, out var target) is null && ReferenceEquals(raw, target.ToString());
        });
    }

    private static bool Passes(string encoded)
    {
        var raw = "/v1/pages/0f0f/properties/" + encoded;
        var passes = TargetGuard.Check(raw, Operations, out var target) is null;
        Assert.Same(raw, target.ToString());
        Assert.True(!passes || Operations.Find("GET", raw.Split('?')[0])?.Name == "pages.properties.retrieve");
        return passes;
    }

    /// <summary>Whether an id of printable characters should pass: it has no segment that is dots alone, and is not too long.</summary>
    private static bool IsRight(string id, string encoded) => encoded.Length <= 200 && !LeadsOut(id) && !HasControl(id);

    private static bool LeadsOut(string text)
    {
        foreach (var round in Rounds(text))
        {
            foreach (var segment in Folded(round).Split('/', '\\'))
            {
                if (segment is "." or ".." || segment.Split(';')[0].Trim() == "..")
                {
                    return true;
                }
            }
        }

        return false;
    }

    // An id of printable characters may itself look like an escape, as '%0a' does.
    private static bool HasControl(string id) => Rounds(id).Any(round => round.Any(char.IsControl) || round.Contains('\ufffd', StringComparison.Ordinal));

    private static IEnumerable<string> Rounds(string text)
    {
        for (var before = ""; before != text; text = Decoded(before))
        {
            yield return before = text;
        }
    }

    private static string Folded(string text) => string.Concat(text.Select(character => character switch
    {
        '\u2024' or '\uff0e' => ".",
        '\u2025' => "..",
        '\uff0f' => "/",
        _ => character.ToString(),
    }));

    private static string Decoded(string text)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '%' && at + 2 < text.Length && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2]))
            {
                bytes.Add(Convert.ToByte(text.Substring(at + 1, 2), 16));
                at += 3;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[at].ToString()));
                at++;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static string Encoded(string text, string bare, int times)
    {
        for (; times > 0; times--)
        {
            text = string.Concat(Encoding.UTF8.GetBytes(text).Select(value =>
                char.IsAsciiLetterOrDigit((char)value) || bare.Contains((char)value, StringComparison.Ordinal) ? ((char)value).ToString() : $"%{value:X2}"));
        }

        return text;
    }
}
