using System.Security.Cryptography;
using NotionGateway.Credentials.Sources;
using NotionGateway.Forwarding.Upstream;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>How storing a consent ended: the grant, or null because its name belongs to another.</summary>
/// <param name="Grant">The grant as it is stored; an older one of the same bot keeps its name.</param>
/// <param name="Reconnected">Whether there was a grant for this bot already.</param>
internal readonly record struct StoredConsent(Grant? Grant, bool Reconnected)
{
    /// <summary>The grant is there, and the store did not take its new pair: that waits among the <see cref="PendingTokenWrites"/>.</summary>
    public bool IsKept => Grant is null && Reconnected && !IsOutdated;

    /// <summary>The store got a pair for this bot after the consent was received: Notion has ended the consent's own.</summary>
    public bool IsOutdated { get; init; }
}

/// <summary>Grants with their secrets: seals what goes into the store and opens what comes out.</summary>
internal sealed class GrantVault(
    IGrantStore store, GrantSealer sealer, PendingTokenWrites unsaved, ForwardingOptions forwarding, TimeProvider time, ILogger<GrantVault> log)
{
    private const int IdLength = 32;
    private const int MostSeen = 10_000;

    /// <summary>As long as a grant that is in use is read again from time to time.</summary>
    private static readonly TimeSpan SeenFor = TimeSpan.FromMinutes(10);

    /// <summary>The grants as they were last read: a store that has gone back, as after a failover, gets the newer pair back.</summary>
    private readonly BoundedCache<string, Grant> _seen = new(MostSeen, SeenFor, time);

    /// <summary>The grant with its tokens; null if there is none of this name.</summary>
    public async Task<OpenGrant?> FindAsync(CredentialName name, CancellationToken cancellationToken) =>
        await store.FindAsync(name, cancellationToken) is { } grant ? Open(await NewestAsync(grant)) : null;

    /// <summary>The same by its id, which does not change when a grant is renamed.</summary>
    public async Task<OpenGrant?> FindByIdAsync(string id, CancellationToken cancellationToken) =>
        await store.FindByIdAsync(id, cancellationToken) is { } grant ? Open(await NewestAsync(grant)) : null;

    public OpenGrant Open(Grant grant) => new(
        grant,
        new NotionToken(sealer.Open(grant.Id, SealedColumn.AccessToken, grant.Secrets.AccessToken), forwarding.Upstream),
        RefreshSecretOf(grant));

    /// <summary>The access token for a call about the token itself.</summary>
    public UpstreamSecret AccessSecretOf(Grant grant) => new(sealer.Open(grant.Id, SealedColumn.AccessToken, grant.Secrets.AccessToken), forwarding.Upstream);

    /// <summary>The refresh token; null if Notion gave none.</summary>
    public UpstreamSecret? RefreshSecretOf(Grant grant) =>
        grant.Secrets.RefreshToken is { } refresh ? new UpstreamSecret(sealer.Open(grant.Id, SealedColumn.RefreshToken, refresh), forwarding.Upstream) : null;

    /// <summary>What Notion said about the grant when it issued the tokens.</summary>
    public GrantProfile ProfileOf(Grant grant) => GrantProfile.Parse(sealer.Open(grant.Id, SealedColumn.Profile, grant.Secrets.Profile))!;

    /// <summary>The grant as it is with this pair, to be swapped in.</summary>
    /// <param name="keepsRefreshToken">A renewal that brings no new refresh token leaves the old one in force (RFC 6749, section 6).</param>
    /// <param name="receivedAt">When the pair came from Notion, if that is a while ago.</param>
    public Grant Next(Grant before, TokenResponse response, bool keepsRefreshToken = false, DateTimeOffset? receivedAt = null) => before with
    {
        WorkspaceId = response.Profile.WorkspaceId,
        WorkspaceName = response.Profile.WorkspaceName,
        Owner = response.Profile.Owner,
        RefreshedAt = receivedAt ?? time.GetUtcNow(),
        State = GrantState.Active,
        Version = before.Version + 1,
        Secrets = Seal(before.Id, response) is var secrets && keepsRefreshToken && response.RefreshToken is null
            ? secrets with { RefreshToken = before.Secrets.RefreshToken }
            : secrets,
    };

    /// <summary>
    /// Stores a consent under this name. A consent for a bot that has a grant replaces its pair: Notion has ended the old
    /// one, and callers keep using the grant.
    /// </summary>
    /// <param name="name">The name of the grant, if it is a new one.</param>
    /// <param name="response">What Notion issued.</param>
    /// <param name="receivedAt">When that came: it is stored as the time of refresh, whenever the store takes it.</param>
    /// <param name="isLate">It could not be stored when it came, so another gateway may have stored a later consent since.</param>
    /// <param name="cancellationToken">Ends the waiting for reads.</param>
    public async Task<StoredConsent> ConnectAsync(
        CredentialName name, TokenResponse response, DateTimeOffset receivedAt, bool isLate, CancellationToken cancellationToken)
    {
        // The store keeps milliseconds: what this consent itself has stored must not look older than it.
        receivedAt = receivedAt.AddTicks(-(receivedAt.Ticks % TimeSpan.TicksPerMillisecond));
        var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        var fresh = new Grant
        {
            Id = id,
            Name = name,
            BotId = response.Profile.BotId,
            WorkspaceId = response.Profile.WorkspaceId,
            WorkspaceName = response.Profile.WorkspaceName,
            Owner = response.Profile.Owner,
            CreatedAt = receivedAt,
            RefreshedAt = receivedAt,
            Secrets = Seal(id, response),
        };
        while (true)
        {
            if (await store.FindByBotAsync(name.AppOfGrant, response.Profile.BotId, cancellationToken) is { } known)
            {
                if (isLate && known.RefreshedAt > receivedAt)
                {
                    return new StoredConsent(null, Reconnected: true) { IsOutdated = true };
                }

                var next = Next(known, response, receivedAt: receivedAt);
                switch (await unsaved.SaveAsync(known, next, cancellationToken))
                {
                    case SaveOutcome.Taken:
                        return new StoredConsent(next, Reconnected: true);
                    case SaveOutcome.Kept:
                        return new StoredConsent(null, Reconnected: true);
                    default:
                        // Another writer was first: what it wrote is older than this consent.
                        continue;
                }
            }

            switch (await store.AddAsync(fresh, cancellationToken))
            {
                case NamingOutcome.Done:
                    return new StoredConsent(fresh, Reconnected: false);
                case NamingOutcome.NameTaken when await store.FindByBotAsync(name.AppOfGrant, response.Profile.BotId, cancellationToken) is null:
                    return default;
                default:
                    // Another request, or gateway, has just connected the same bot.
                    break;
            }
        }
    }

    /// <summary>
    /// What was found, unless this process has read a later pair: Notion knows only that one, so it is written back instead of adopting
    /// one that has ended. A consent is newer than what was read, whatever its version.
    /// </summary>
    private async Task<Grant> NewestAsync(Grant found)
    {
        if (_seen.TryGet(found.Id, out var seen)
            && seen.Version > found.Version && seen.RefreshedAt > found.RefreshedAt && seen.State == GrantState.Active
            && !seen.Secrets.AccessToken.AsSpan().SequenceEqual(found.Secrets.AccessToken))
        {
            if (await store.TrySwapAsync(seen, found.Version, CancellationToken.None))
            {
                log.StoreWentBack(found.Name, found.Version, seen.Version);
            }

            found = await store.FindByIdAsync(found.Id, CancellationToken.None) ?? found;
        }

        _seen.Set(found.Id, found);
        return found;
    }

    private SealedSecrets Seal(string id, TokenResponse response) => new(
        sealer.Seal(id, SealedColumn.AccessToken, response.AccessToken),
        response.RefreshToken is { } refresh ? sealer.Seal(id, SealedColumn.RefreshToken, refresh) : null,
        sealer.Seal(id, SealedColumn.Profile, response.Profile.Json));
}
