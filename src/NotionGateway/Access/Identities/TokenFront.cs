using System.Text.Json;
using System.Text.Unicode;
using NotionGateway.Access.Identities.Keys;

namespace NotionGateway.Access.Identities;

/// <summary>What a token says, before anything of it is proved.</summary>
/// <param name="Algorithm"><c>alg</c>: one of the asymmetric ones.</param>
/// <param name="KeyId"><c>kid</c>; null if it has none.</param>
/// <param name="Type"><c>typ</c>; null if it has none.</param>
/// <param name="Issuer"><c>iss</c>; null if it has none.</param>
/// <param name="Subject"><c>sub</c>: not empty, bounded, one line.</param>
/// <param name="Claims">The whole payload.</param>
internal sealed record UnverifiedToken(string Algorithm, string? KeyId, string? Type, string? Issuer, string Subject, JsonElement Claims)
{
    public override string ToString() => "[redacted]";
}

/// <summary>
/// Takes a token apart, more strictly than the library that checks its signature: that one accepts names that appear twice, critical headers that
/// it does not know, and times that are no numbers. No key is needed here, and nothing is asked for.
/// </summary>
internal static class TokenFront
{
    public const int LongestSubject = 1024;

    private const int LongestKeyId = 256;

    // No date that is written in seconds is so large, and a float still holds such a number exactly.
    private const double LargestTime = 1e15;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    public static TokenDenial? Read(ReadOnlySpan<char> text, out UnverifiedToken? token)
    {
        token = null;
        if (!TokenForm.TrySplit(text, out var header, out var payload, out var signature)
            || !TokenForm.TryDecode(header, out var headerBytes)
            || !TokenForm.TryDecode(payload, out var payloadBytes)
            || !TokenForm.TryDecode(signature, out _))
        {
            return TokenDenial.Malformed("a part is not base64url as RFC 7515 writes it");
        }

        try
        {
            var head = Parse(headerBytes);
            var claims = Parse(payloadBytes);
            return ReadHeader(head, out var algorithm, out var keyId, out var type)
                ?? ReadClaims(claims, out var issuer, out var subject)
                ?? Keep(new UnverifiedToken(algorithm, keyId, type, issuer, subject, claims), out token);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return TokenDenial.Malformed("header or claims are not JSON with each name once, or are nested too deeply");
        }
    }

    private static TokenDenial? Keep(UnverifiedToken read, out UnverifiedToken token)
    {
        token = read;
        return null;
    }

    private static JsonElement Parse(byte[] bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw new JsonException("Not UTF-8.");
        }

        using var document = JsonDocument.Parse(bytes, Strict);
        return document.RootElement.Clone();
    }

    private static TokenDenial? ReadHeader(JsonElement header, out string algorithm, out string? keyId, out string? type)
    {
        (algorithm, keyId, type) = ("", null, null);
        if (header.ValueKind != JsonValueKind.Object)
        {
            return TokenDenial.Malformed("the header is not an object");
        }

        // A header that must be understood is understood by nobody here; b64 and zip change what is signed. What names a key is ignored.
        if (header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _) || header.TryGetProperty("zip", out _))
        {
            return TokenDenial.Malformed("the header has crit, b64 or zip");
        }

        if (!TryText(header, "kid", out keyId) || (keyId is not null && !IsKeyId(keyId)))
        {
            return TokenDenial.Malformed("kid is not a printable text of up to 256 characters");
        }

        if (!TryText(header, "typ", out type))
        {
            return TokenDenial.Malformed("typ is not a text");
        }

        if (!TryText(header, "alg", out var name) || name is null || !SignatureAlgorithm.IsKnown(name))
        {
            return new TokenDenial(RefusalReason.TokenAlgorithm, "alg is not an asymmetric signature");
        }

        algorithm = name;
        return null;
    }

    private static TokenDenial? ReadClaims(JsonElement claims, out string? issuer, out string subject)
    {
        (issuer, subject) = (null, "");
        if (claims.ValueKind != JsonValueKind.Object)
        {
            return TokenDenial.Malformed("the claims are not an object");
        }

        if (!TryText(claims, "iss", out issuer))
        {
            return new TokenDenial(RefusalReason.TokenIssuer, "iss is not a text");
        }

        if (claims.TryGetProperty("aud", out var audience) && !IsTextOrTexts(audience))
        {
            return new TokenDenial(RefusalReason.TokenAudience, "aud is neither a text nor a list of texts");
        }

        if (!TryText(claims, "sub", out var name) || name is not { Length: > 0 and <= LongestSubject } || name.AsSpan().ContainsAnyInRange('\0', '\x1F'))
        {
            return TokenDenial.Malformed($"sub is not a text of 1 to {LongestSubject} characters in one line");
        }

        if (!IsTime(claims, "exp", required: true) || !IsTime(claims, "nbf", required: false) || !IsTime(claims, "iat", required: false))
        {
            return TokenDenial.Malformed("exp is missing, or exp, nbf or iat is not a number of seconds");
        }

        subject = name;
        return null;
    }

    private static bool IsKeyId(string text) => text.Length is > 0 and <= LongestKeyId && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsTextOrTexts(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
        || (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(static one => one.ValueKind == JsonValueKind.String));

    /// <summary>False if it is there and not a text.</summary>
    private static bool TryText(JsonElement json, string name, out string? text)
    {
        text = null;
        if (!json.TryGetProperty(name, out var value))
        {
            return true;
        }

        text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is not null;
    }

    private static bool IsTime(JsonElement claims, string name, bool required) =>
        !claims.TryGetProperty(name, out var value) ? !required
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && Math.Abs(seconds) <= LargestTime;
}
