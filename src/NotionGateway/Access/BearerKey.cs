using NotionGateway.Notion;

namespace NotionGateway.Access;

/// <summary>Takes the key out of an Authorization value: <c>Bearer</c>, white space, the key, and nothing else.</summary>
internal static class BearerKey
{
    private const string Scheme = "Bearer";

    private static readonly Refusal Missing = new(
        RefusalReason.MissingKey,
        "This is a Notion Gateway: send your gateway key as 'Authorization: Bearer <gateway key>' (in an SDK, as its token or auth option).");

    private static readonly Refusal Presented = new(
        RefusalReason.NotionTokenPresented,
        "A Notion token was presented to the gateway. Use a gateway key instead, and treat that token as leaked: rotate it in Notion.");

    /// <summary>The one answer to every key that does not open the door, whatever is wrong with it.</summary>
    public static readonly Refusal Invalid = new(
        RefusalReason.InvalidKey,
        "The gateway key is not valid. Check the key with the operator of this Notion Gateway; Notion's own tokens do not work here.");

    public static Refusal? TryRead(string? authorization, out ReadOnlySpan<char> key)
    {
        key = default;
        var text = authorization.AsSpan().Trim();
        if (text.IsEmpty)
        {
            return Missing;
        }

        if (NotionTokenShape.LooksLikeToken(text))
        {
            return Presented;
        }

        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Invalid;
        }

        var rest = text[Scheme.Length..];
        if (rest.IsEmpty)
        {
            return Missing;
        }

        if (rest[0] is not (' ' or '\t'))
        {
            return Invalid;
        }

        key = rest.TrimStart();
        return NotionTokenShape.LooksLikeToken(key) ? Presented
            : key.Length > KeyDigest.LongestKey ? Invalid
            : null;
    }
}
