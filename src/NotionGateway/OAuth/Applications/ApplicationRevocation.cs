using NotionGateway.Access;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Applications;

/// <summary>
/// What an application's revocation ends: its own keys. The grant is revoked at Notion and deleted only by the last application that
/// has any, since the others' keys use the same pair of tokens.
/// </summary>
internal sealed class ApplicationRevocation(
    IGrantStore store, IGrantRevoker revoker, IGrantChanges changes, Reloadable<AccessRules> rules, TimeProvider time, ILogger<ApplicationRevocation> log)
{
    private const int MostTries = 3;

    private static readonly Refusal NotTold = new(
        RefusalReason.UpstreamUnreachable, "The grant could not be revoked at Notion and is unchanged. Try again.");

    private static readonly Refusal Contested = new(
        RefusalReason.CredentialUnavailable, "The grant was renewed or connected again while it was being revoked. Try again.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>Null once it is done, else why it is not.</summary>
    public async Task<Refusal?> RevokeAsync(OAuthAppOptions app, Caller caller, Grant grant)
    {
        // Keys of callers that are no longer configured do not work and do not count.
        var others = rules.Current.Callers.Where(other => other.Permissions.MayUseApp(app.Name)).Select(other => other.Name).ToHashSet(StringComparer.Ordinal);
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await store.TryLeaveAsync(grant.Id, caller.Name, others, time.GetUtcNow(), CancellationToken.None))
            {
                changes.Changed(grant.Id, grant.Name);
                log.KeysRevoked(grant.Name, caller.Name);
                return null;
            }

            if (await revoker.RevokeAsync(grant, CancellationToken.None) is RevokeOutcome.NotionUnreachable unreachable)
            {
                return NotTold with { Problem = unreachable.Message };
            }

            if (await ForgetAsync(grant))
            {
                log.Revoked(grant.Name, caller.Name);
                return null;
            }

            if (await store.FindByIdAsync(grant.Id, CancellationToken.None) is not { } newer)
            {
                return null;
            }

            // Another pair is there now: renewed, or from a new consent that may belong to someone else.
            grant = newer;
        }

        return Contested;
    }

    private async Task<bool> ForgetAsync(Grant grant)
    {
        try
        {
            return await store.TryDeleteAsync(grant.Id, grant.Version, CancellationToken.None);
        }
        finally
        {
            // Even if the store has failed: the pair is revoked at Notion.
            changes.Changed(grant.Id, grant.Name);
        }
    }
}
