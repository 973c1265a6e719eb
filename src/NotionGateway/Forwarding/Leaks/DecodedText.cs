using System.Globalization;
using NotionGateway.Credentials.Sources;

namespace NotionGateway.Forwarding.Leaks;

/// <summary>Finds the token in text that is written in another form: with JSON escapes, perhaps of escapes again, or in UTF-16 or UTF-32.</summary>
internal static class DecodedText
{
    /// <summary>How deeply escapes may be nested.</summary>
    private const int MostRounds = 4;

    public static bool Holds(ReadOnlySpan<byte> text, TokenMatcher matcher)
    {
        if (matcher.IsIn(text))
        {
            return true;
        }

        if (text.IndexOfAny((byte)0, (byte)'\\') < 0)
        {
            return false;
        }

        var plain = new byte[text.Length];
        var length = WithoutZeros(text, plain);
        for (var round = 0; round < MostRounds; round++)
        {
            if (matcher.IsIn(plain.AsSpan(0, length)))
            {
                return true;
            }

            var shorter = Unescape(plain.AsSpan(0, length));
            if (shorter == length)
            {
                return false;
            }

            length = shorter;
        }

        return matcher.IsIn(plain.AsSpan(0, length));
    }

    /// <summary>A token is ASCII: in UTF-16 and UTF-32, of either byte order, it is the same bytes with zeros between them.</summary>
    private static int WithoutZeros(ReadOnlySpan<byte> text, Span<byte> plain)
    {
        var length = 0;
        foreach (var one in text)
        {
            plain[length] = one;
            length += one == 0 ? 0 : 1;
        }

        return length;
    }

    /// <summary>Undoes one layer of escapes in place; the length that is left.</summary>
    private static int Unescape(Span<byte> text)
    {
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var one = text[at];
            if (one == '\\' && at + 1 < text.Length)
            {
                at++;
                one = Escaped(text, ref at);
            }

            text[length++] = one;
        }

        return length;
    }

    /// <summary>The character that an escape stands for; a space for one that no token has.</summary>
    private static byte Escaped(ReadOnlySpan<byte> text, ref int at)
    {
        switch (text[at])
        {
            case (byte)'u' when at + 4 < text.Length
                && ushort.TryParse(text.Slice(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                at += 4;
                return char.IsAscii((char)code) ? (byte)code : (byte)' ';
            case (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                return (byte)' ';
            default:
                return text[at];
        }
    }
}
