using System.Security.Cryptography;
using NotionGateway.Credentials;
using NotionGateway.Forwarding;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth;

/// <summary>How storing a consent ended: the grant, or null because its name belongs to somebody else.</summary>
/// <param name="Grant">The grant as it is stored; an older one of the same bot keeps its name.</param>
/// <param name="Reconnected">Whether there was a grant for this bot already.</param>
internal readonly record struct ConnectOutcome(Grant? Grant, bool Reconnected)
{
    /// <summary>The grant is there, and the store did not take its new pair: that waits among the <see cref="UnsavedPairs"/>.</summary>
    public bool IsKept => Grant is null && Reconnected;
}

/// <summary>Grants with their secrets: seals what goes into the store and opens what comes out.</summary>
internal sealed class GrantBook(IGrantStore store, GrantSealer sealer, UnsavedPairs unsaved, ForwardingOptions forwarding, TimeProvider time)
{
    private const int IdLength = 32;

    /// <summary>The grant with its tokens; null if there is none of this name.</summary>
    public async Task<OpenGrant?> FindAsync(CredentialName name, CancellationToken cancellationToken) =>
        await store.FindAsync(name, cancellationToken) is { } grant ? Open(grant) : null;

    /// <summary>The same by its id, which stays when names change hands.</summary>
    public async Task<OpenGrant?> FindByIdAsync(string id, CancellationToken cancellationToken) =>
        await store.FindByIdAsync(id, cancellationToken) is { } grant ? Open(grant) : null;

    public OpenGrant Open(Grant grant) => new(
        grant,
        new NotionToken(sealer.Open(grant.Id, SealedColumn.AccessToken, grant.Secrets.AccessToken), forwarding.Upstream),
        RefreshSecretOf(grant));

    /// <summary>The access token for a call about the token itself.</summary>
    public UpstreamSecret AccessSecretOf(Grant grant) => new(sealer.Open(grant.Id, SealedColumn.AccessToken, grant.Secrets.AccessToken), forwarding.Upstream);

    /// <summary>The refresh token; null if Notion gave none.</summary>
    public UpstreamSecret? RefreshSecretOf(Grant grant) =>
        grant.Secrets.RefreshToken is { } refresh ? new UpstreamSecret(sealer.Open(grant.Id, SealedColumn.RefreshToken, refresh), forwarding.Upstream) : null;

    /// <summary>What Notion said of the grant when its tokens came.</summary>
    public GrantProfile ProfileOf(Grant grant) => GrantProfile.Parse(sealer.Open(grant.Id, SealedColumn.Profile, grant.Secrets.Profile))!;

    /// <summary>The grant as it is with this pair, to be swapped in.</summary>
    /// <param name="keepsRefreshToken">A renewal that brings no new refresh token leaves the old one in force (RFC 6749, section 6).</param>
    public Grant Next(Grant before, TokenAnswer answer, bool keepsRefreshToken = false) => before with
    {
        WorkspaceId = answer.Profile.WorkspaceId,
        WorkspaceName = answer.Profile.WorkspaceName,
        Owner = answer.Profile.Owner,
        RefreshedAt = time.GetUtcNow(),
        State = GrantState.Active,
        Version = before.Version + 1,
        Secrets = Seal(before.Id, answer) is var secrets && keepsRefreshToken && answer.RefreshToken is null
            ? secrets with { RefreshToken = before.Secrets.RefreshToken }
            : secrets,
    };

    /// <summary>
    /// Stores a consent under this name. A consent for a bot that has a grant replaces its pair: Notion has made the old one
    /// worthless, and who used the grant goes on using it.
    /// </summary>
    public async Task<ConnectOutcome> ConnectAsync(CredentialName name, TokenAnswer answer, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        var fresh = new Grant
        {
            Id = id,
            Name = name,
            BotId = answer.Profile.BotId,
            WorkspaceId = answer.Profile.WorkspaceId,
            WorkspaceName = answer.Profile.WorkspaceName,
            Owner = answer.Profile.Owner,
            CreatedAt = now,
            RefreshedAt = now,
            Secrets = Seal(id, answer),
        };
        while (true)
        {
            if (await store.FindByBotAsync(name.App!, answer.Profile.BotId, cancellationToken) is { } known)
            {
                var next = Next(known, answer);
                switch (await unsaved.SaveAsync(known, next, cancellationToken))
                {
                    case SaveOutcome.Taken:
                        return new ConnectOutcome(next, Reconnected: true);
                    case SaveOutcome.Kept:
                        return new ConnectOutcome(null, Reconnected: true);
                    default:
                        // Another writer was first: what it wrote is older than this consent.
                        continue;
                }
            }

            switch (await store.AddAsync(fresh, cancellationToken))
            {
                case NamingOutcome.Done:
                    return new ConnectOutcome(fresh, Reconnected: false);
                case NamingOutcome.NameTaken:
                    return default;
                default:
                    // Somebody has connected the same bot in this moment.
                    break;
            }
        }
    }

    private SealedSecrets Seal(string id, TokenAnswer answer) => new(
        sealer.Seal(id, SealedColumn.AccessToken, answer.AccessToken),
        answer.RefreshToken is { } refresh ? sealer.Seal(id, SealedColumn.RefreshToken, refresh) : null,
        sealer.Seal(id, SealedColumn.Profile, answer.Profile.Json));
}
