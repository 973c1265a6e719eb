using NotionGateway.Background;
using NotionGateway.Credentials.Sources;

namespace NotionGateway.Credentials;

/// <summary>What to make of a 401 from Notion.</summary>
internal enum RenewalOutcome
{
    /// <summary>There is another token now: the request may be repeated with it.</summary>
    Changed,

    /// <summary>The token is dead; the credential is in quarantine.</summary>
    Dead,

    /// <summary>The token works otherwise, or nobody could say: this one answer stands.</summary>
    Stands,

    /// <summary>The token has ended and there is no other at this moment; there may be one soon.</summary>
    Unavailable,
}

/// <summary>
/// Answers a 401: reads the source again, and if it still gives the same token, asks Notion about that token before
/// holding it for dead. A whole burst of 401s costs one read and one probe.
/// </summary>
internal sealed class CredentialRenewal(CredentialRefresher refresher, IGrantedCredentials grants, TimeProvider time)
{
    /// <summary>How long the outcome "stands" serves further 401s, so that an operation that always says 401 does not turn into a storm of reads.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    private const int MostSettled = 1000;

    private readonly BoundedCache<CredentialName, NotionToken> _settled = new(MostSettled, Settled, time);

    public async Task<RenewalOutcome> AfterUnauthorizedAsync(Credential credential, NotionToken used, CancellationToken cancellationToken) =>
        Known(credential, used) ?? await credential.Renewal.RunAsync(() => FindOutAsync(credential, used)).WaitAsync(cancellationToken);

    /// <summary>What need not be asked: another request has found it out since this one was sent.</summary>
    private RenewalOutcome? Known(Credential credential, NotionToken used) =>
        HasChanged(credential, used) ? RenewalOutcome.Changed
        : credential.State.Quarantined ? RenewalOutcome.Dead
        : _settled.TryGet(credential.Name, out var settled) && settled.Equals(used) ? RenewalOutcome.Stands
        : null;

    private async Task<RenewalOutcome> FindOutAsync(Credential credential, NotionToken used)
    {
        if (Known(credential, used) is { } known)
        {
            return known;
        }

        if (credential.Options.Source == CredentialSourceKind.OAuth)
        {
            return Settle(credential, used, await grants.RenewAsync(credential, used));
        }

        // A reading that is under way began before this 401 and may bring what was there before the rotation.
        await credential.Refresh.Running;
        if (HasChanged(credential, used) || (await refresher.ReadAsync(credential) && HasChanged(credential, used)))
        {
            return RenewalOutcome.Changed;
        }

        var verdict = await refresher.ProbeAsync(credential);
        if (HasChanged(credential, used))
        {
            return RenewalOutcome.Changed;
        }

        return Settle(credential, used, verdict == ProbeVerdict.Rejected ? RenewalOutcome.Dead : RenewalOutcome.Stands);
    }

    private RenewalOutcome Settle(Credential credential, NotionToken used, RenewalOutcome outcome)
    {
        if (outcome == RenewalOutcome.Stands)
        {
            _settled.Set(credential.Name, used);
        }

        return outcome;
    }

    private static bool HasChanged(Credential credential, NotionToken used) => credential.State.Token is { } now && !now.Equals(used);
}
