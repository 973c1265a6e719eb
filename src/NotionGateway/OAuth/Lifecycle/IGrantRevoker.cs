using NotionGateway.OAuth.Grants;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>Revokes a grant at Notion.</summary>
internal interface IGrantRevoker
{
    /// <summary>Asks Notion to revoke; every way in which that can fail is an outcome.</summary>
    Task<RevokeOutcome> RevokeAsync(Grant grant, CancellationToken cancellationToken);
}

/// <summary>How revoking ended. The store still has the grant, whatever the outcome.</summary>
internal abstract record RevokeOutcome
{
    private RevokeOutcome()
    {
    }

    /// <summary>Notion has revoked it.</summary>
    public sealed record Revoked : RevokeOutcome;

    /// <summary>Notion had ended it before.</summary>
    public sealed record AlreadyDead : RevokeOutcome;

    /// <summary>Notion could not be reached, so the grant may still be valid there.</summary>
    /// <param name="Message">One sentence on why, shown to operators; it contains no secret.</param>
    public sealed record NotionUnreachable(string Message) : RevokeOutcome;
}
