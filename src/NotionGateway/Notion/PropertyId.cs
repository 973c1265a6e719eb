using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace NotionGateway.Notion;

/// <summary>
/// Judges the id of a property in a path. Notion makes these ids of random printable characters and hands them out percent-encoded;
/// clients decode them or encode them again. So any encoding is accepted that stays harmless however often it is decoded.
/// </summary>
internal static class PropertyId
{
    /// <summary>The longest id that is accepted, in bytes of the target.</summary>
    public const int Longest = 200;

    /// <summary>U+2025, the one character of those below that stands for two dots.</summary>
    private const char TwoDots = '\u2025';

    // The pchar of RFC 3986.
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@%");

    /// <summary>Whether the segment has only characters of a property's id, harmful or not.</summary>
    public static bool HasItsCharacters(ReadOnlySpan<char> segment) => !segment.IsEmpty && !segment.ContainsAnyExcept(Allowed);

    /// <summary>Whether no reader behind the gateway, however often it decodes, finds a way out of the segment, a control character or a secret.</summary>
    public static bool IsHarmless(ReadOnlySpan<char> segment)
    {
        if (segment.Length > Longest || !HasItsCharacters(segment) || HasBrokenEscape(segment))
        {
            return false;
        }

        Span<char> characters = stackalloc char[Longest];
        Span<byte> bytes = stackalloc byte[Longest];
        segment.CopyTo(characters);
        var text = characters[..segment.Length];
        while (IsHarmlessOnceDecoded(text))
        {
            // Each round with an escape makes the text shorter, so this ends.
            if (!text.Contains('%') || !TryDecode(text, bytes, out var length))
            {
                return true;
            }

            if (!Utf8.IsValid(bytes[..length]))
            {
                return false;
            }

            text = characters[..Encoding.UTF8.GetChars(bytes[..length], characters)];
            Fold(text);
        }

        return false;
    }

    private static bool HasBrokenEscape(ReadOnlySpan<char> segment)
    {
        for (var at = segment.IndexOf('%'); at >= 0; at = segment.IndexOf('%'))
        {
            if (!PercentEncoding.TryRead(segment[at..], out _))
            {
                return true;
            }

            segment = segment[(at + 3)..];
        }

        return false;
    }

    /// <summary>Decodes every valid escape once; false if there is none.</summary>
    private static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes, out int length)
    {
        length = 0;
        var found = false;
        while (!text.IsEmpty)
        {
            if (PercentEncoding.TryRead(text, out var value))
            {
                found = true;
                bytes[length++] = value;
                text = text[3..];
            }
            else
            {
                Rune.DecodeFromUtf16(text, out var rune, out var used);
                length += rune.EncodeToUtf8(bytes[length..]);
                text = text[used..];
            }
        }

        return found;
    }

    private static bool IsHarmlessOnceDecoded(ReadOnlySpan<char> text)
    {
        foreach (var range in text.SplitAny('/', '\\'))
        {
            if (LeadsUp(text[range]))
            {
                return false;
            }
        }

        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                return false;
            }
        }

        return !NotionTokenShape.ContainsSecret(text);
    }

    /// <summary>Some servers drop path parameters (<c>;…</c>) and spaces before they resolve dots.</summary>
    private static bool LeadsUp(ReadOnlySpan<char> segment)
    {
        if (segment is "." or "..")
        {
            return true;
        }

        var parameters = segment.IndexOf(';');
        var name = (parameters < 0 ? segment : segment[..parameters]).Trim();
        return name is ".." || (name.Length == 1 && name[0] == TwoDots);
    }

    /// <summary>
    /// Replaces what compatibility normalisation (NFKC) turns into a character that matters here. Only these few: the program runs without
    /// the tables of ICU, where <see cref="string.Normalize()"/> changes nothing. Spaces of all kinds are known without it.
    /// </summary>
    private static void Fold(Span<char> text)
    {
        foreach (ref var character in text)
        {
            character = character switch
            {
                '\u2024' or '\uFE52' => '.',
                '\uFE30' => TwoDots,
                '\u037E' or '\uFE14' or '\uFE54' => ';',
                '\uFE68' => '\\',
                '\uFE6A' => '%',
                >= '\uFF01' and <= '\uFF5E' => (char)(character - 0xFEE0),
                _ => character,
            };
        }
    }
}
