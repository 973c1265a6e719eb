using System.Buffers;
using System.Text.RegularExpressions;

namespace NotionGateway.Notion;

/// <summary>
/// What Notion's secrets and the gateway's own keys look like. Good enough to refuse, to strip and to redact by; never
/// proof that something is valid, since Notion does not promise the form.
/// </summary>
internal static partial class NotionTokenShape
{
    /// <summary>The one list: tokens of connections (new and old), refresh tokens, and tokens of Notion's admin API.</summary>
    private const string NotionForms = "ntn|secret|nrt|adm";

    public const string AllForms = NotionForms + "|ngw";

    private static readonly string[] Prefixes = PrefixesOf(NotionForms);

    private static readonly SearchValues<string> Beginnings = SearchValues.Create(PrefixesOf(AllForms), StringComparison.Ordinal);

    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t,;:=\"'`<>()[]{}");

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

    /// <summary>Whether one of the words of a presented credential looks like a Notion token: behind a wrong scheme, in quotes, in a list.</summary>
    public static bool HoldsToken(ReadOnlySpan<char> value)
    {
        foreach (var range in value.SplitAny(Separators))
        {
            if (LooksLikeToken(value[range]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the text contains a secret, Notion's or the gateway's.</summary>
    public static bool ContainsSecret(ReadOnlySpan<char> text) => text.ContainsAny(Beginnings) && Secret().IsMatch(text);

    /// <summary>The text with everything that looks like a secret masked.</summary>
    public static string Redact(string text) => text.AsSpan().ContainsAny(Beginnings) ? Secret().Replace(text, "[redacted]") : text;

    private static string[] PrefixesOf(string forms) => [.. forms.Split('|').Select(form => form + '_')];

    [GeneratedRegex($"(?<![A-Za-z0-9])(?:{AllForms})_[A-Za-z0-9]{{20,}}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();
}
