namespace NotionGateway.OAuth;

/// <summary>Takes a grant back at Notion, as its app.</summary>
internal sealed class GrantRevoker(NotionOAuthClient notion, GrantBook book, OAuthApps apps) : IGrantRevoker
{
    public async Task<RevokeOutcome> RevokeAsync(Grant grant, CancellationToken cancellationToken)
    {
        if (apps.Find(grant.App) is not { } app)
        {
            return new RevokeOutcome.NotionUnreachable($"The app '{grant.App}' is no longer configured, so Notion cannot be told.");
        }

        var reply = await notion.RevokeAsync(app, book.AccessSecretOf(grant), cancellationToken);
        return reply switch
        {
            { Value: not null } => new RevokeOutcome.Revoked(),
            { Error: { IsInvalidClient: false, Status: >= 400 and < 500 } } => new RevokeOutcome.AlreadyDead(),
            _ => new RevokeOutcome.NotionUnreachable($"Notion could not be told: {reply.Problem}."),
        };
    }
}
