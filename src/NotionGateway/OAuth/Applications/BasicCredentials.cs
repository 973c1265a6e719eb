using System.Text;
using NotionGateway.Access;
using NotionGateway.Access.Identities;
using NotionGateway.Notion;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Applications;

/// <summary>What an application presents in HTTP Basic: the app's name and its gateway key, where Notion wants client id and client secret.</summary>
internal readonly ref struct BasicCredentials
{
    private const string Scheme = "Basic ";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Refusal Missing = new(
        RefusalReason.MissingKey, "This is a Notion Gateway: use the name of the public connection as client_id and your gateway key as client_secret.")
    {
        OAuthError = OAuthError.InvalidClient,
    };

    private static readonly Refusal Presented = new(
        RefusalReason.NotionTokenPresented,
        "A Notion secret was presented to the gateway. Use your gateway key as client_secret instead, "
        + "and treat that secret as leaked: replace it in Notion.")
    {
        OAuthError = OAuthError.InvalidClient,
    };

    private static readonly Refusal WrongForm = new(
        RefusalReason.InvalidKey,
        "The Authorization header is malformed: these endpoints take HTTP Basic, "
        + "with the name of the public connection as client_id and your gateway key as client_secret.")
    {
        OAuthError = OAuthError.InvalidClient,
    };

    private static readonly Refusal Invalid = BearerKey.Invalid with { OAuthError = OAuthError.InvalidClient };

    private BasicCredentials(string app, ReadOnlySpan<char> key)
    {
        App = app;
        Key = key;
    }

    public string App { get; }

    public ReadOnlySpan<char> Key { get; }

    public static Refusal? TryRead(string? authorization, out BasicCredentials credentials)
    {
        credentials = default;
        if (string.IsNullOrWhiteSpace(authorization))
        {
            return Missing;
        }

        var encoded = new byte[authorization.Length];
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !Convert.TryFromBase64Chars(authorization.AsSpan(Scheme.Length).Trim(), encoded, out var length))
        {
            return NotionTokenShape.HoldsToken(authorization) ? Presented : WrongForm;
        }

        string text;
        try
        {
            text = Strict.GetString(encoded.AsSpan(0, length));
        }
        catch (DecoderFallbackException)
        {
            return WrongForm;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return WrongForm;
        }

        var key = text.AsSpan(colon + 1);
        if (NotionTokenShape.LooksLikeToken(key))
        {
            return Presented;
        }

        credentials = new BasicCredentials(text[..colon], key);
        return key.IsEmpty ? Missing : key.Length > KeyDigest.LongestKey && !TokenForm.HasForm(key) ? Invalid : null;
    }
}
