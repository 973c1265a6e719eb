using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NotionGateway.Access.Identities.Keys;

namespace NotionGateway.Access.Identities;

/// <summary>
/// Asks the library whether the one key has signed the token. It judges issuer and audience too, though <see cref="TokenTerms"/> does: a defect in
/// one of them then opens nothing.
/// </summary>
internal static class SignatureCheck
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = AbsoluteLongest };

    /// <summary>No setting allows more.</summary>
    public const int AbsoluteLongest = 16 * 1024;

    public static async ValueTask<TokenDenial?> RunAsync(PresentedToken token, UnverifiedToken said, IssuerOptions issuer, SigningKey key)
    {
        var result = await Handler.ValidateTokenAsync(token.Text, new TokenValidationParameters
        {
            // The key has been chosen already; trying others would be work that a stranger causes.
            IssuerSigningKeyResolver = (_, _, _, _) => [key.Key],
            TryAllIssuerSigningKeys = false,
            ValidateIssuerSigningKey = true,
            RequireSignedTokens = true,
            ValidAlgorithms = [said.Algorithm],
            ValidateIssuer = said.Issuer is not null,
            ValidIssuer = said.Issuer,
            ValidAudiences = issuer.Audiences,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            RequireExpirationTime = true,

            // Its clock cannot be set; the times are checked by ours.
            LifetimeValidator = static (_, _, _, _) => true,
        });
        return result.IsValid ? null : result.Exception switch
        {
            SecurityTokenInvalidAudienceException =>
                TokenTerms.CheckNames(said, issuer) ?? new TokenDenial(RefusalReason.TokenAudience, "aud names another service"),
            _ => new TokenDenial(RefusalReason.TokenSignature, "the signature does not hold"),
        };
    }
}
