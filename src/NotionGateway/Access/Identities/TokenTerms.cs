using System.Text.Json;
using NotionGateway.Access.Identities.Keys;

namespace NotionGateway.Access.Identities;

/// <summary>What must hold of a token whose signature is right: its type, whom it is for, and when.</summary>
internal static class TokenTerms
{
    private const string MediaType = "application/";

    private static readonly string[] UsualTypes = ["JWT", "at+jwt"];

    public static TokenDenial? Check(UnverifiedToken token, IssuerOptions issuer, DateTimeOffset now) =>
        CheckNames(token, issuer) ?? CheckTimes(token.Claims, issuer, Seconds(now));

    /// <summary>What it is, and whom it is for.</summary>
    public static TokenDenial? CheckNames(UnverifiedToken token, IssuerOptions issuer) =>
        CheckType(token.Type, issuer.TokenTypes) ?? CheckAudience(token.Claims, issuer.Audiences);

    /// <summary>When the token is accepted no longer, in seconds since 1970.</summary>
    public static double EndOf(UnverifiedToken token, IssuerOptions issuer) => token.Claims.GetProperty("exp").GetDouble() + issuer.ClockSkew.TotalSeconds;

    public static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>The media type's name may be written in full (RFC 7515, 4.1.9), and its case means nothing.</summary>
    private static TokenDenial? CheckType(string? type, IReadOnlyList<string>? allowed)
    {
        var name = type is not null && type.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase) ? type[MediaType.Length..] : type;
        var fits = name is null ? allowed is null : (allowed ?? UsualTypes).Contains(name, StringComparer.OrdinalIgnoreCase);
        return fits ? null : new TokenDenial(RefusalReason.TokenType, $"typ is {(type is null ? "absent" : TokenDenial.Quote(type))}");
    }

    /// <summary>A text and a list of texts mean the same; anything else names nobody.</summary>
    private static TokenDenial? CheckAudience(JsonElement claims, IReadOnlyList<string> wanted)
    {
        var there = claims.TryGetProperty("aud", out var audience);
        var fits = there && audience.ValueKind switch
        {
            JsonValueKind.String => wanted.Any(audience.ValueEquals),
            JsonValueKind.Array => audience.EnumerateArray().Any(one => wanted.Any(one.ValueEquals)),
            _ => false,
        };
        return fits ? null : new TokenDenial(RefusalReason.TokenAudience, $"aud is {(there ? TokenDenial.Quote(audience.GetRawText()) : "absent")}");
    }

    private static TokenDenial? CheckTimes(JsonElement claims, IssuerOptions issuer, double now)
    {
        var (skew, expires) = (issuer.ClockSkew.TotalSeconds, claims.GetProperty("exp").GetDouble());
        var issued = TimeOf(claims, "iat");
        return now >= expires + skew ? new TokenDenial(RefusalReason.TokenExpired, $"exp was {Ago(now - expires)} s ago")
            : (TimeOf(claims, "nbf") ?? now) > now + skew || (issued ?? now) > now + skew
                ? new TokenDenial(RefusalReason.TokenNotYetValid, "nbf or iat is in the future: compare the clocks")
            : expires - (issued ?? now) > issuer.MaxTokenLifetime.TotalSeconds
                ? new TokenDenial(RefusalReason.TokenExpired, $"it lives longer than MaxTokenLifetime ({issuer.MaxTokenLifetime})")
            : null;
    }

    private static string Ago(double seconds) => Math.Round(seconds).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static double? TimeOf(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) ? value.GetDouble() : null;
}
