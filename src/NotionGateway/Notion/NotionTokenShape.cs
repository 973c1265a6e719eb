using System.Buffers;
using System.Text.RegularExpressions;

namespace NotionGateway.Notion;

/// <summary>
/// What Notion's secrets and the gateway's own keys look like. Good enough to refuse, to strip and to redact by; never
/// proof that something is valid, since Notion does not promise the form.
/// </summary>
internal static partial class NotionTokenShape
{
    private static readonly string[] Prefixes = ["ntn_", "secret_", "nrt_"];

    private static readonly SearchValues<string> Beginnings = SearchValues.Create(["ntn_", "nrt_", "secret_", "ngw_"], StringComparison.Ordinal);

    /// <summary>Whether a presented credential is (most likely) one of Notion's own: a leaked secret.</summary>
    public static bool LooksLikeToken(ReadOnlySpan<char> value)
    {
        foreach (var prefix in Prefixes)
        {
            if (value.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a secret, Notion's or ours, stands anywhere in the text.</summary>
    public static bool ContainsSecret(ReadOnlySpan<char> text) => text.ContainsAny(Beginnings) && Secret().IsMatch(text);

    /// <summary>The text with everything that looks like a secret masked.</summary>
    public static string Redact(string text) => text.AsSpan().ContainsAny(Beginnings) ? Secret().Replace(text, "[redacted]") : text;

    [GeneratedRegex(@"(?<![A-Za-z0-9])(?:ntn|nrt|secret|ngw)_[A-Za-z0-9]{20,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();
}
