using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;
using NotionGateway.Notion;

namespace NotionGateway.Credentials.Sources;

/// <summary>
/// Cleans a secret's text, from whatever place it comes: editors, <c>echo</c> and mounts add white space or a byte order mark.
/// What cannot be the secret is refused in words that say what the text looks like and never repeat it. Quotes are not taken off: nobody
/// could tell whether they belong to it.
/// </summary>
internal static partial class SecretText
{
    private const int Longest = 1024;
    private const string KeyPrefix = "ngw_";
    private const string HashPrefix = "sha256:";

    /// <summary>What a refused text is said to be if it is nothing but white space: the place is there, and the secret may still come.</summary>
    public const string Empty = "it is empty";

    /// <summary>Null and the secret, or what is wrong with the text.</summary>
    public static string? TryClean(string raw, out string secret, SecretKind kind = SecretKind.NotionToken)
    {
        secret = "";
        var text = Trim(raw);
        if ((text.Length == 0 ? Empty : WrongForm(text) ?? WrongCharacters(text) ?? WrongKind(text, kind)) is { } wrong)
        {
            return wrong;
        }

        secret = text;
        return null;
    }

    private static string Trim(string raw)
    {
        var (start, end) = (0, raw.Length);
        for (; start < end && IsPadding(raw[start]); start++)
        {
        }

        for (; end > start && IsPadding(raw[end - 1]); end--)
        {
        }

        return raw[start..end];

        static bool IsPadding(char character) => char.IsWhiteSpace(character) || character == '\uFEFF';
    }

    /// <summary>Forms in which secrets are passed around, and which are not the secret.</summary>
    private static string? WrongForm(string text) =>
        text.StartsWith("-----BEGIN", StringComparison.Ordinal) ? "it looks like a PEM block: write only the secret"
        : text[0] is '{' or '[' ? "it looks like JSON: write only the secret, without names and braces"
        : IsQuote(text[0]) && IsQuote(text[^1]) ? "it is in quotes: write it without them"
        : text.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || text.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase)
            ? "it looks like a header: write only the secret, without 'Authorization' and 'Bearer'"
        : Assignment().IsMatch(text) ? "it looks like an assignment, NAME=value: write only the value"
        : IsQuote(text[0]) || IsQuote(text[^1]) ? "it begins or ends with a quote: remove the quote"
        : text.Length > Longest ? $"it has more than {Longest} characters"
        : null;

    private static string? WrongCharacters(string text) =>
        text.AsSpan().ContainsAny('\r', '\n') ? "it has several lines: write the secret on one line and nothing else"
        : text.Any(char.IsWhiteSpace) ? "it contains white space"
        : text.Any(char.IsControl) ? "it contains a control character"
        : text.AsSpan().ContainsAnyExceptInRange('!', '~') ? "it contains a non-ASCII character"
        : null;

    private static string? WrongKind(string text, SecretKind kind)
    {
        if (kind != SecretKind.Password
            && Decoded(text) is { } decoded
            && (BeginsLikeASecret(decoded) || (kind == SecretKind.NotionToken && !NotionTokenShape.LooksLikeToken(text))))
        {
            return "it looks like base64 of a secret: write the decoded text";
        }

        return kind switch
        {
            SecretKind.NotionToken when text.StartsWith(KeyPrefix, StringComparison.Ordinal) =>
                "it is a gateway key (ngw_…): write the token of the Notion connection (ntn_…)",
            SecretKind.NotionToken when text.StartsWith("nrt_", StringComparison.Ordinal) =>
                "it is a refresh token (nrt_…): write the access token of a connection (ntn_…)",
            SecretKind.NotionToken or SecretKind.ClientSecret or SecretKind.WebhookToken when text.StartsWith(HashPrefix, StringComparison.Ordinal) =>
                "it is the hash of a gateway key (sha256:…), not a Notion secret",
            SecretKind.ClientSecret when text.StartsWith(KeyPrefix, StringComparison.Ordinal) =>
                "it is a gateway key (ngw_…): write the client secret that Notion shows for the public connection (OAuth)",
            SecretKind.WebhookToken when text.StartsWith(KeyPrefix, StringComparison.Ordinal) =>
                "it is a gateway key (ngw_…): write the verification token that Notion sent to the webhook",
            SecretKind.GatewayKey when NotionTokenShape.LooksLikeToken(text) =>
                "it looks like a Notion token: write a gateway key, which 'notion-gateway key new NAME' creates",
            SecretKind.GatewayKey when text.StartsWith(HashPrefix, StringComparison.Ordinal) =>
                "it is the hash of a key (sha256:…): write the key itself, or configure the hash under KeyHashes",
            _ => null,
        };
    }

    /// <summary>The text that this is the base64 of, if it is of one.</summary>
    private static string? Decoded(string text)
    {
        var bytes = new byte[text.Length];
        var plain = text.Replace('-', '+').Replace('_', '/');
        plain = plain.PadRight((plain.Length + 3) / 4 * 4, '=');
        if (text.Length < 16 || !Base64.IsValid(plain) || !Convert.TryFromBase64String(plain, bytes, out var length))
        {
            return null;
        }

        var decoded = Encoding.Latin1.GetString(bytes, 0, length).Trim();
        return decoded.AsSpan().ContainsAnyExceptInRange(' ', '~') ? null : decoded;
    }

    private static bool BeginsLikeASecret(string text) =>
        text.StartsWith(KeyPrefix, StringComparison.Ordinal)
        || NotionTokenShape.LooksLikeToken(text)
        || (text.Length > 0 && IsQuote(text[0]))
        || Assignment().IsMatch(text);

    private static bool IsQuote(char character) => character is '"' or '\'' or '`' or '“' or '”' or '„' or '‘' or '’' or '«' or '»';

    // A key of the operator's own making may hold '='; the text before it must look like a variable's name, or the text after it like a secret.
    [GeneratedRegex(
        """\A(export\s+|set\s+)?([A-Z][A-Z0-9]*(_[A-Z0-9]+)+|[\w.-]*(token|secret|key|password|auth)[\w.-]*)\s*[=:]\s*[^=\s]"""
            + """|\A[\w.-]+\s*[=:]\s*["']?(ntn_|secret_|nrt_|ngw_)""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Assignment();
}
