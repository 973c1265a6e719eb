using System.Buffers;
using System.Text.Unicode;

namespace NotionGateway.Access;

/// <summary>Percent-decoding for judging a target; what is sent on is never decoded.</summary>
internal static class QueryText
{
    /// <summary>Reads <c>%XX</c> at the start of the text.</summary>
    public static bool TryReadEscape(ReadOnlySpan<char> text, out byte value)
    {
        value = 0;
        if (text.Length < 3 || text[0] != '%' || !char.IsAsciiHexDigit(text[1]) || !char.IsAsciiHexDigit(text[2]))
        {
            return false;
        }

        value = (byte)((HexValue(text[1]) << 4) | HexValue(text[2]));
        return true;
    }

    /// <summary>What is wrong with a query's escapes, in words; null if nothing is.</summary>
    public static string? WrongWith(ReadOnlySpan<char> query)
    {
        if (!query.Contains('%'))
        {
            return null;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(query.Length);
        try
        {
            var length = 0;
            for (var at = 0; at < query.Length; at++)
            {
                if (query[at] != '%')
                {
                    buffer[length++] = (byte)query[at];
                    continue;
                }

                if (!TryReadEscape(query[at..], out var value))
                {
                    return "The query holds a percent sign that two hex digits do not follow.";
                }

                if (value is < 0x20 or 0x7F)
                {
                    return "The query holds an encoded control character.";
                }

                buffer[length++] = value;
                at += 2;
            }

            return Utf8.IsValid(buffer.AsSpan(0, length)) ? null : "The query is not valid UTF-8.";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The text with escapes and plus signs read, as often as there are any: the form in which no spelling hides.</summary>
    public static string Decode(ReadOnlySpan<char> text)
    {
        var decoded = DecodeOnce(text);
        while (decoded.Contains('%', StringComparison.Ordinal))
        {
            var again = DecodeOnce(decoded);
            if (again.Length == decoded.Length)
            {
                break;
            }

            decoded = again;
        }

        return decoded;
    }

    private static string DecodeOnce(ReadOnlySpan<char> text)
    {
        var buffer = ArrayPool<char>.Shared.Rent(text.Length + 1);
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (TryReadEscape(text[at..], out var value))
            {
                // Latin-1 is enough: only ASCII names and token shapes are looked for.
                buffer[length++] = (char)value;
                at += 2;
            }
            else
            {
                buffer[length++] = text[at] == '+' ? ' ' : text[at];
            }
        }

        var decoded = new string(buffer, 0, length);
        ArrayPool<char>.Shared.Return(buffer);
        return decoded;
    }

    private static int HexValue(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
