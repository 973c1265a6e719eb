using NotionGateway.OAuth.Grants;

namespace NotionGateway.OAuth.Store;

/// <summary>How adding or renaming a grant ended.</summary>
internal enum NamingOutcome
{
    Done,

    /// <summary>There is a grant of this name.</summary>
    NameTaken,

    /// <summary>The app has a grant for this bot.</summary>
    BotTaken,

    /// <summary>There is no grant to rename.</summary>
    NotFound,
}

/// <summary>How asking for the lease of a grant ended.</summary>
internal enum LeaseState
{
    Taken,

    /// <summary>Another holder has it.</summary>
    Held,

    /// <summary>The grant has another version by now.</summary>
    Changed,

    /// <summary>There is no such grant.</summary>
    Gone,
}

/// <summary>The outcome, and how long another's lease lasts by the store's clock: a length, since the reader's clock may differ.</summary>
internal sealed record LeaseOutcome(LeaseState State, TimeSpan HeldFor = default);

/// <summary>
/// Stores grants, the keys bound to them, and consents in progress. A write is durable when the call returns, and is not
/// cancelled once it has begun. Every method throws <see cref="GrantStoreException"/>,
/// and nothing else, when the store itself fails; the write may then have been applied or not, and must be read again. Times
/// are stored to the millisecond.
/// </summary>
internal interface IGrantStore
{
    /// <summary>To be called once, at start, after the encryption key is known: creates the store, or reports why the existing one cannot be used.</summary>
    Task OpenAsync(CancellationToken cancellationToken);

    Task<Grant?> FindAsync(CredentialName name, CancellationToken cancellationToken);

    Task<Grant?> FindByIdAsync(string id, CancellationToken cancellationToken);

    Task<Grant?> FindByBotAsync(string app, string botId, CancellationToken cancellationToken);

    /// <summary>Grants in the order of their names, of one app or of all, after a given name.</summary>
    Task<IReadOnlyList<Grant>> ListAsync(string? app, CredentialName? after, int most, CancellationToken cancellationToken);

    Task<IReadOnlyList<(string App, GrantState State, long Count)>> CountAsync(CancellationToken cancellationToken);

    /// <summary>Adds a grant whose name and (within its app) bot are new, as its id must be; if neither is, the name is reported.</summary>
    Task<NamingOutcome> AddAsync(Grant grant, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces state, secrets, the time of refresh, workspace and owner by those of <paramref name="next"/>,
    /// if the version is still the expected one, which then increases by one, whatever version <paramref name="next"/> has. False if another
    /// has written, or the grant is gone or is for another bot. Id, name, bot and creation do not change. It ends the lease of any holder.
    /// </summary>
    Task<bool> TrySwapAsync(Grant next, long expectedVersion, CancellationToken cancellationToken);

    /// <summary>
    /// Reserves the exchange of the grant's refresh token. Of all who ask, one gets the lease, until it is released, the version changes, or
    /// the time is over by the store's clock; who holds it may extend it. It is a courtesy among gateways: what is stored, the version decides.
    /// </summary>
    Task<LeaseOutcome> TryLeaseAsync(string id, long expectedVersion, string holder, TimeSpan length, CancellationToken cancellationToken);

    /// <summary>Ends the lease if this holder has it.</summary>
    Task ReleaseAsync(string id, string holder, CancellationToken cancellationToken);

    /// <summary>Changes the name only; renaming to the same name succeeds. The version does not change.</summary>
    Task<NamingOutcome> RenameAsync(CredentialName from, CredentialName to, CancellationToken cancellationToken);

    /// <summary>Removes a grant and every key bound to it; false if there was none.</summary>
    Task<bool> DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>The same, if the version is still the expected one; false if another has written, or there is no such grant.</summary>
    Task<bool> TryDeleteAsync(string id, long expectedVersion, CancellationToken cancellationToken);

    /// <summary>
    /// Adds all of them or none, and ends at once the keys beyond <see cref="KeyLimits"/>. It fails if their grant is gone, or a digest
    /// already exists.
    /// </summary>
    Task AddKeysAsync(IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken);

    /// <summary>The key, even if it has expired and was not deleted yet: the caller checks the time.</summary>
    Task<BoundKey?> FindKeyAsync(KeyDigest digest, CancellationToken cancellationToken);

    /// <summary>
    /// Adds the keys of a new issue, within <see cref="KeyLimits"/>, and ends those of the old one, in one transaction. Keys that
    /// end sooner are not changed. False, with nothing changed, if no key of the old issue is left.
    /// </summary>
    Task<bool> ReplaceKeysAsync(string oldIssue, DateTimeOffset oldEndsAt, IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the caller's keys for the grant if one of the others has a key for it that has not ended; false, with nothing
    /// changed, if none of them does. Of two that revoke at the same time, one is the last.
    /// </summary>
    Task<bool> TryLeaveAsync(string grantId, string caller, IReadOnlySet<string> others, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Adds the link; false if there are <see cref="KeyLimits.Links"/> already.</summary>
    Task<bool> AddLinkAsync(ConnectLink link, CancellationToken cancellationToken);

    Task<ConnectLink?> FindLinkAsync(KeyDigest digest, CancellationToken cancellationToken);

    /// <summary>Marks the link used if it is neither used nor expired; true for exactly one of all attempts.</summary>
    Task<bool> TryUseLinkAsync(KeyDigest digest, DateTimeOffset now, CancellationToken cancellationToken);

    Task AddConsentAsync(PendingConsent consent, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the consent and returns it: exactly one of all attempts gets it. An expired one is removed and returned too, so that the
    /// page can say so.
    /// </summary>
    Task<PendingConsent?> TakeConsentAsync(KeyDigest state, CancellationToken cancellationToken);

    /// <summary>Deletes keys, links and consents that have expired.</summary>
    Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>The store has failed; the message says why and can be logged.</summary>
internal sealed class GrantStoreException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The requested row was changed or added from outside.</summary>
    public bool IsForged { get; init; }
}
