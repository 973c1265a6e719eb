using System.Security.Cryptography;
using NotionGateway.Credentials;
using NotionGateway.Credentials.Sources;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>
/// Renews a grant whose token Notion rejects. The store is read first, since another process may have renewed it; a new pair
/// is stored before it is used; and a grant is lost only if Notion says so and the store has no newer pair.
/// Each grant has one renewal at a time: in this process by a permit, among all by a lease in the store, and the version decides.
/// </summary>
internal sealed class GrantRenewal(
    GrantVault vault, IGrantStore store, PendingTokenWrites unsaved, UnderWay underWay, NotionOAuthClient notion, IGrantRevoker revoker, OAuthApps apps,
    ITokenProbe probe, CredentialsMetrics metrics, TimeProvider time, ILogger<GrantRenewal> log) : ITokenSupplier
{
    /// <summary>After a failure, Notion's token endpoint is not called for this long.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait, look by look, for the pair that another process may be about to store.</summary>
    private static readonly TimeSpan[] Looks = [TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    private const int MostFailures = 10_000;

    /// <summary>Longer than a lease: who waits for a process that has died takes over from it.</summary>
    private static readonly TimeSpan LongestWait = RefreshLease.Length * 2;

    private readonly string _holder = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly RenewalPermits _permits = new();
    private readonly BoundedCache<string, bool> _failed = new(MostFailures, Pause, time);

    public async Task<RenewalOutcome> RenewAsync(Credential credential, NotionToken used)
    {
        try
        {
            return await _permits.OfGrantAsync(credential.Terms.GrantId!, () => RenewInPermitAsync(credential, used));
        }
        catch (Exception exception) when (GrantFailure.Is(exception))
        {
            log.CannotRead(credential.Name, exception.Message);
            return RenewalOutcome.Unavailable;
        }
    }

    /// <summary>One at a time for each grant, also when it was forgotten and found again meanwhile: a refresh token must not be used twice.</summary>
    private async Task<RenewalOutcome> RenewInPermitAsync(Credential credential, NotionToken used)
    {
        var from = time.GetTimestamp();
        for (var look = 0; ; look++)
        {
            // An app's permit is not held while another process is waited for.
            var (outcome, heldFor) = await _permits.OfAppAsync(
                credential.Name.AppOfGrant, () => underWay.RunAsync(() => FindOutAsync(credential, used, isFirst: look == 0)));
            if (outcome is not null)
            {
                return outcome.Value;
            }

            if (time.GetElapsedTime(from) >= LongestWait || underWay.IsFinishing)
            {
                log.RefreshFailed(credential.Name, "another gateway holds the lease of the grant");
                return RenewalOutcome.Unavailable;
            }

            var wait = Looks[Math.Min(look, Looks.Length - 1)];
            await Task.Delay(heldFor < wait ? heldFor : wait, time, CancellationToken.None);
        }
    }

    /// <summary>One look; without an outcome, how long another process may still be renewing the grant.</summary>
    private async Task<(RenewalOutcome? Outcome, TimeSpan HeldFor)> FindOutAsync(Credential credential, NotionToken used, bool isFirst)
    {
        if (underWay.IsFinishing || !await unsaved.RetryAsync(credential.Terms.GrantId, CancellationToken.None))
        {
            return (RenewalOutcome.Unavailable, default);
        }

        if (await FindAsync(credential) is not { } found)
        {
            return (Lose(credential, "it is no longer in the store"), default);
        }

        var step = RenewalRules.First(found, used, time.GetUtcNow());
        if (step == RenewalStep.Adopt)
        {
            return (Adopt(credential, used, found), default);
        }

        if (step == RenewalStep.TryToken && isFirst && await TryAsync(credential, used) is not ProbeVerdict.Rejected and var verdict)
        {
            return (verdict == ProbeVerdict.Accepted ? RenewalOutcome.Stands : RenewalOutcome.Unverified, default);
        }

        return found.Refresh is { } refresh
            ? await RefreshInLeaseAsync(credential, used, found.Grant, refresh)
            : (await LoseAsync(credential, used, found.Grant, "Notion rejects its token, and there is no refresh token"), default);
    }

    private async Task<(RenewalOutcome? Outcome, TimeSpan HeldFor)> RefreshInLeaseAsync(
        Credential credential, NotionToken used, Grant grant, UpstreamSecret refresh)
    {
        if (_failed.TryGet(grant.Id, out _))
        {
            return (RenewalOutcome.Unavailable, default);
        }

        var lease = new RefreshLease(store, grant, _holder, time);
        var taken = await lease.TakeAsync();
        return taken.State switch
        {
            LeaseState.Taken => (await RefreshAsync(credential, used, grant, refresh, lease), default),
            LeaseState.Held => (null, taken.HeldFor),

            // Another process has written, or deleted the grant: the next look finds out.
            _ => (null, Looks[0]),
        };
    }

    private async Task<RenewalOutcome> RefreshAsync(Credential credential, NotionToken used, Grant grant, UpstreamSecret refresh, RefreshLease lease)
    {
        // The call is not cancelled with any request: once Notion may have renewed the pair, its response must be awaited.
        var reply = await notion.RefreshAsync(apps.Find(grant.App)!, refresh, vault.ProfileOf(grant), lease.CoversCallAsync, CancellationToken.None);
        switch (RenewalRules.Of(reply, grant))
        {
            case RenewalVerdict.Take:
                return await TakeAsync(credential, used, grant, reply.Value!);
            case RenewalVerdict.SetAside:
                return await SetAsideAsync(credential, grant, reply.Value!);
            case RenewalVerdict.LookAgain:
                return await OtherwiseRenewedAsync(credential, used) ?? await LoseAsync(credential, used, grant, reply.Problem);
            default:
                _failed.Set(grant.Id, true);
                await lease.ReleaseAsync();
                metrics.Refreshed(credential.Terms, "failed");
                log.RefreshFailed(grant.Name, reply.Problem);
                return RenewalOutcome.Unavailable;
        }
    }

    private async Task<RenewalOutcome> TakeAsync(Credential credential, NotionToken used, Grant grant, TokenResponse response)
    {
        var saved = await SaveAsync(grant, vault.Next(grant, response, keepsRefreshToken: true));
        if (saved == SaveOutcome.Kept)
        {
            metrics.Refreshed(credential.Terms, "failed");
            return RenewalOutcome.Unavailable;
        }

        // The stored pair is used: another process, or a new consent, may have been first.
        var outcome = await AdoptedAsync(credential, used);
        if (saved == SaveOutcome.Taken)
        {
            metrics.Refreshed(credential.Terms, "rotated");
            log.Refreshed(grant.Name);
        }

        return outcome ?? RenewalOutcome.Unavailable;
    }

    /// <summary>Stores the pair; if the grant was deleted meanwhile, the pair is revoked, since nobody could do that later.</summary>
    private async Task<SaveOutcome> SaveAsync(Grant grant, Grant next)
    {
        var saved = await unsaved.SaveAsync(grant, next, CancellationToken.None);
        if (saved == SaveOutcome.Superseded && await store.FindByIdAsync(grant.Id, CancellationToken.None) is null)
        {
            var ended = await revoker.RevokeAsync(next, CancellationToken.None);
            log.RefreshedTooLate(grant.Name, ended is RevokeOutcome.NotionUnreachable failed ? failed.Message : "Notion has revoked the new pair.");
        }

        return saved;
    }

    /// <summary>
    /// According to Notion, the new pair belongs to another bot. It must not be used for this grant, which is lost; it is stored
    /// anyway, so that a revocation of the grant revokes the live pair.
    /// </summary>
    private async Task<RenewalOutcome> SetAsideAsync(Credential credential, Grant grant, TokenResponse response)
    {
        var aside = vault.Next(grant, response with { Profile = vault.ProfileOf(grant) }) with { State = GrantState.Lost };
        await SaveAsync(grant, aside);
        return Lose(credential, "Notion renewed it with the tokens of another bot");
    }

    /// <summary>Notion says that the refresh token has been used: another process may have done so, and be storing what it got.</summary>
    private async Task<RenewalOutcome?> OtherwiseRenewedAsync(Credential credential, NotionToken used)
    {
        foreach (var wait in Looks)
        {
            if (await AdoptedAsync(credential, used) is { } adopted)
            {
                return adopted;
            }

            await Task.Delay(wait, time, CancellationToken.None);
        }

        return await AdoptedAsync(credential, used);
    }

    /// <summary>Adopts the stored grant; null if it still has the rejected token, or is missing.</summary>
    private async Task<RenewalOutcome?> AdoptedAsync(Credential credential, NotionToken used) =>
        await FindAsync(credential) is { } found && RenewalRules.IsNewer(found, used) ? Adopt(credential, used, found) : null;

    /// <summary>What is in memory may be newer than what was found: then that is judged.</summary>
    private static RenewalOutcome Adopt(Credential credential, NotionToken used, OpenGrant found)
    {
        credential.Adopt(found);
        return credential.State.Quarantined ? RenewalOutcome.Dead
            : credential.HasOtherThan(used) ? RenewalOutcome.Changed
            : RenewalOutcome.Unavailable;
    }

    private async Task<RenewalOutcome> LoseAsync(Credential credential, NotionToken used, Grant grant, string why)
    {
        var lost = grant with { State = GrantState.Lost, Version = grant.Version + 1 };
        return await store.TrySwapAsync(lost, grant.Version, CancellationToken.None) || await AdoptedAsync(credential, used) is not { } adopted
            ? Lose(credential, why)
            : adopted;
    }

    private RenewalOutcome Lose(Credential credential, string why)
    {
        credential.Advance(state => state with { Quarantined = true });
        metrics.Refreshed(credential.Terms, "failed");
        log.Lost(credential.Name, why, credential.Terms.Remedy);
        return RenewalOutcome.Dead;
    }

    /// <summary>What Notion says of the token for another operation.</summary>
    private async Task<ProbeVerdict> TryAsync(Credential credential, NotionToken used)
    {
        using var timeout = new CancellationTokenSource(ProbeTimeout, time);
        try
        {
            return (await probe.ProbeAsync(credential, used, timeout.Token)).Verdict;
        }
        catch (OperationCanceledException)
        {
            return ProbeVerdict.Unknown;
        }
    }

    private Task<OpenGrant?> FindAsync(Credential credential) => vault.FindByIdAsync(credential.Terms.GrantId!, CancellationToken.None);
}
