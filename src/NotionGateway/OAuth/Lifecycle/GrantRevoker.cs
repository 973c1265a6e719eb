using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>
/// Revokes a grant at Notion, as its app: both tokens, since Notion does not say whether one goes with the other. The refresh token
/// comes first: as long as it works, a request that is refused in between would renew the pair.
/// </summary>
internal sealed class GrantRevoker(NotionOAuthClient notion, GrantVault vault, OAuthApps apps) : IGrantRevoker
{
    public async Task<RevokeOutcome> RevokeAsync(Grant grant, CancellationToken cancellationToken)
    {
        if (apps.Find(grant.App) is not { } app)
        {
            return new RevokeOutcome.NotionUnreachable($"The app '{grant.App}' is no longer configured, so the grant cannot be revoked at Notion.");
        }

        try
        {
            var refresh = vault.RefreshSecretOf(grant) is { } secret ? await RevokeAsync(app, secret, cancellationToken) : null;
            if (refresh is RevokeOutcome.NotionUnreachable)
            {
                return refresh;
            }

            var access = await RevokeAsync(app, vault.AccessSecretOf(grant), cancellationToken);
            return refresh is RevokeOutcome.Revoked && access is RevokeOutcome.AlreadyDead ? refresh : access;
        }
        catch (Exception exception) when (GrantFailure.Is(exception))
        {
            return new RevokeOutcome.NotionUnreachable($"The stored tokens cannot be decrypted, so the grant cannot be revoked at Notion: {exception.Message}");
        }
    }

    private async Task<RevokeOutcome> RevokeAsync(OAuthAppOptions app, UpstreamSecret token, CancellationToken cancellationToken)
    {
        var reply = await notion.RevokeAsync(app, token, cancellationToken);
        return reply switch
        {
            { Value: not null } => new RevokeOutcome.Revoked(),
            { Error.Code: OAuthError.InvalidGrant or "invalid_token" } => new RevokeOutcome.AlreadyDead(),
            _ => new RevokeOutcome.NotionUnreachable($"The grant could not be revoked at Notion: {reply.Problem}."),
        };
    }
}
