using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>
/// Revokes a grant at Notion, as its app: both tokens, since Notion does not say whether one goes with the other.
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
            var access = await RevokeAsync(app, vault.AccessSecretOf(grant), cancellationToken);
            if (access is RevokeOutcome.NotionUnreachable || vault.RefreshSecretOf(grant) is not { } refresh)
            {
                return access;
            }

            return await RevokeAsync(app, refresh, cancellationToken) is RevokeOutcome.NotionUnreachable half ? half : access;
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
