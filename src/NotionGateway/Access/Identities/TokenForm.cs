using System.Buffers;
using System.Buffers.Text;

namespace NotionGateway.Access.Identities;

/// <summary>The outer form of a JSON Web Token: three parts in base64url. Nothing here allocates or parses.</summary>
internal static class TokenForm
{
    /// <summary>How the object of a header begins once it is encoded.</summary>
    private const string Beginning = "eyJ";

    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly SearchValues<char> Alphabet = SearchValues.Create(Digits);

    /// <summary>Whether it can only be meant as a token. A text with other than two dots, or with an empty part, is none.</summary>
    public static bool HasForm(ReadOnlySpan<char> text) => Begins(text) && TrySplit(text, out _, out _, out _);

    /// <summary>Whether it begins as a token does.</summary>
    public static bool Begins(ReadOnlySpan<char> text) => text.StartsWith(Beginning, StringComparison.Ordinal);

    public static bool TrySplit(ReadOnlySpan<char> text, out ReadOnlySpan<char> header, out ReadOnlySpan<char> payload, out ReadOnlySpan<char> signature)
    {
        header = payload = signature = default;
        var first = text.IndexOf('.');
        var rest = text[(first + 1)..];
        var second = rest.IndexOf('.');
        var last = rest[(second + 1)..];
        if (first <= 0 || second <= 0 || last.IsEmpty || last.Contains('.'))
        {
            return false;
        }

        header = text[..first];
        payload = rest[..second];
        signature = last;
        return true;
    }

    /// <summary>
    /// The bytes of a part, if it is written in the one way that RFC 7515 allows: no padding, no white space, and no bits at the end that mean
    /// nothing, since otherwise one token would have several texts.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<char> part, out byte[] bytes)
    {
        bytes = [];
        var unused = (part.Length % 4) switch { 2 => 0x0F, 3 => 0x03, 0 => 0, _ => -1 };
        if (unused < 0 || part.IsEmpty || part.ContainsAnyExcept(Alphabet) || (Digits.IndexOf(part[^1], StringComparison.Ordinal) & unused) != 0)
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(part);
        return true;
    }
}
