using System.Globalization;
using System.Text.Json;

namespace NotionGateway.Access.Identities;

/// <summary>What has been checked of a token, step by step, for people. The token itself is not in it.</summary>
internal static class TokenSteps
{
    private static readonly (string Step, RefusalReason[] Reasons)[] Order =
    [
        ("form", [RefusalReason.TokenMalformed, RefusalReason.TokenAlgorithm]),
        ("issuer", [RefusalReason.TokenIssuer]),
        ("key", [RefusalReason.IssuerUnavailable, RefusalReason.TokenKey]),
        ("signature", [RefusalReason.TokenSignature]),
        ("type", [RefusalReason.TokenType]),
        ("audience", [RefusalReason.TokenAudience]),
        ("times", [RefusalReason.TokenExpired, RefusalReason.TokenNotYetValid]),
        ("caller", [RefusalReason.IdentityUnknown, RefusalReason.IdentityAmbiguous]),
    ];

    /// <summary>The steps in their order, up to the one that failed.</summary>
    public static IEnumerable<(string Step, bool Holds, string Text)> Of(TokenVerdict verdict)
    {
        foreach (var (step, reasons) in Order)
        {
            if (verdict.Denial is { } denial && reasons.Contains(denial.Reason))
            {
                yield return (step, false, $"{denial.Reason}: {denial.Problem}");
                yield break;
            }

            yield return (step, true, Passed(step, verdict));
        }
    }

    /// <summary>The claims, each on one line and bounded; nothing says that they are true.</summary>
    public static IEnumerable<(string Name, string Value)> Claims(UnverifiedToken token) => token.Claims.EnumerateObject()
        .Select(claim => (TokenDenial.Escape(claim.Name), Show(claim)));

    private static string Passed(string step, TokenVerdict verdict) => step switch
    {
        "issuer" => verdict.Issuer ?? "",
        "key" when verdict.Token is { Key: var key } => key.ToString(),
        "caller" when verdict.Token is { } token => $"{token.Owner}, by {IdentityOptions.Setting}:{token.Identity.Label}",
        _ => "",
    };

    private static string Show(JsonProperty claim)
    {
        var text = TokenDenial.Escape(claim.Value.GetRawText());
        return claim.Name is "exp" or "nbf" or "iat" && claim.Value.TryGetInt64(out var seconds) && Math.Abs(seconds) < 10_000_000_000
            ? $"{text} ({DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("u", CultureInfo.InvariantCulture)})"
            : text;
    }
}
