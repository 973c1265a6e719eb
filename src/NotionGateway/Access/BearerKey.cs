using NotionGateway.Access.Identities;
using NotionGateway.Notion;

namespace NotionGateway.Access;

/// <summary>Extracts the key from an Authorization value: <c>Bearer</c>, white space, the key, and nothing else.</summary>
internal static class BearerKey
{
    private const string Scheme = "Bearer";

    public static readonly Refusal Missing = new(
        RefusalReason.MissingKey,
        "This is a Notion Gateway: send your gateway key as 'Authorization: Bearer <gateway key>' (in an SDK, as its token or auth option).");

    private static readonly Refusal Presented = new(
        RefusalReason.NotionTokenPresented,
        "A Notion token was presented to the gateway. Use a gateway key instead, and treat that token as leaked: rotate it in Notion.");

    private static readonly Refusal NoScheme = WrongForm("'Bearer ' is missing before the key");
    private static readonly Refusal OtherScheme = WrongForm("it does not begin with 'Bearer '");
    private static readonly Refusal NoSpace = WrongForm("a space is missing between 'Bearer' and the key");
    private static readonly Refusal Twice = WrongForm("'Bearer' appears twice; an SDK adds it automatically");
    private static readonly Refusal Enclosed = WrongForm("the key is in quotes or brackets");
    private static readonly Refusal Several = WrongForm("there is extra text after the key");

    /// <summary>The key itself is handed out with it: a token may be longer.</summary>
    public static readonly Refusal TooLong = WrongForm($"the key has more than {KeyDigest.LongestKey} characters");

    /// <summary>The one response for every well-formed key that nobody has, and for every token that proves nobody.</summary>
    public static readonly Refusal Invalid = new(
        RefusalReason.InvalidKey,
        "The gateway key is not valid. If it is a token, check its issuer, its audience and when it expires. "
        + "The operator of this Notion Gateway finds the reason under the request_id; Notion tokens do not work here.");

    public static Refusal? TryRead(string? authorization, out ReadOnlySpan<char> key)
    {
        key = default;
        var text = authorization.AsSpan().Trim();
        if (text.IsEmpty)
        {
            return Missing;
        }

        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return WithoutKey(text, text.ContainsAny(' ', '\t') ? OtherScheme : NoScheme);
        }

        var rest = text[Scheme.Length..];
        if (rest.IsEmpty)
        {
            return Missing;
        }

        if (rest[0] is not (' ' or '\t'))
        {
            return WithoutKey(text, NoSpace);
        }

        key = rest.TrimStart();
        return NotionTokenShape.LooksLikeToken(key) ? Presented
            : key.Length > KeyDigest.LongestKey ? WithoutKey(key, TooLong)
            : null;
    }

    /// <summary>Whether what is presented has the form of a token, which may be longer than a key.</summary>
    public static bool IsToken(string? authorization, out ReadOnlySpan<char> token)
    {
        var noKey = TryRead(authorization, out token);
        return (noKey is null || noKey == TooLong) && TokenForm.HasForm(token);
    }

    /// <summary>
    /// The denial for a key that nobody has: what is wrong with its form, if anything. It is used only after the key was looked for,
    /// since a configured key may have any form.
    /// </summary>
    public static Refusal NotFound(ReadOnlySpan<char> key)
    {
        var form = key[0] is '"' or '\'' or '<' or '[' or '{' or '(' or '`' ? Enclosed
            : key.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && key.Length > Scheme.Length && key[Scheme.Length] is ' ' or '\t' or ':' ? Twice
            : key.ContainsAny(' ', '\t', ',') ? Several
            : null;
        return form is null ? Invalid : WithoutKey(key, form);
    }

    /// <summary>A malformed Notion token is leaked as well.</summary>
    private static Refusal WithoutKey(ReadOnlySpan<char> text, Refusal otherwise) => NotionTokenShape.HoldsToken(text) ? Presented : otherwise;

    private static Refusal WrongForm(string mistake) => new(
        RefusalReason.InvalidKey,
        $"The Authorization header is malformed: {mistake}. "
        + "Send 'Authorization: Bearer <key>' (in an SDK, set only the key as its token or auth option).");
}
