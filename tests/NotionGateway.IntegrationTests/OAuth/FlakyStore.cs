using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;

namespace NotionGateway.IntegrationTests.OAuth;

/// <summary>A store that can be told to fail, as if its disk were full or gone.</summary>
internal sealed class FlakyStore(IGrantStore inner) : IGrantStore
{
    public volatile bool FailsReads;
    public volatile bool FailsWrites;

    /// <summary>Only new pairs fail: the disk became full after Notion was asked.</summary>
    public volatile bool FailsSwaps;

    public Task OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public Task<Grant?> FindAsync(CredentialName name, CancellationToken cancellationToken) => Read(() => inner.FindAsync(name, cancellationToken));

    public Task<Grant?> FindByIdAsync(string id, CancellationToken cancellationToken) => Read(() => inner.FindByIdAsync(id, cancellationToken));

    public Task<Grant?> FindByBotAsync(string app, string botId, CancellationToken cancellationToken) =>
        Read(() => inner.FindByBotAsync(app, botId, cancellationToken));

    public Task<IReadOnlyList<Grant>> ListAsync(string? app, CredentialName? after, int most, CancellationToken cancellationToken) =>
        Read(() => inner.ListAsync(app, after, most, cancellationToken));

    public Task<IReadOnlyList<(string App, GrantState State, long Count)>> CountAsync(CancellationToken cancellationToken) =>
        Read(() => inner.CountAsync(cancellationToken));

    public Task<NamingOutcome> AddAsync(Grant grant, CancellationToken cancellationToken) => Write(() => inner.AddAsync(grant, cancellationToken));

    public Task<bool> TrySwapAsync(Grant next, long expectedVersion, CancellationToken cancellationToken) =>
        FailsSwaps ? throw new GrantStoreException("the disk is full") : Write(() => inner.TrySwapAsync(next, expectedVersion, cancellationToken));

    public Task<LeaseOutcome> TryLeaseAsync(string id, long expectedVersion, string holder, TimeSpan length, CancellationToken cancellationToken) =>
        Write(() => inner.TryLeaseAsync(id, expectedVersion, holder, length, cancellationToken));

    public Task ReleaseAsync(string id, string holder, CancellationToken cancellationToken) =>
        Write(() => Done(inner.ReleaseAsync(id, holder, cancellationToken)));

    public Task<NamingOutcome> RenameAsync(CredentialName from, CredentialName to, CancellationToken cancellationToken) =>
        Write(() => inner.RenameAsync(from, to, cancellationToken));

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => Write(() => inner.DeleteAsync(id, cancellationToken));

    public Task<bool> TryDeleteAsync(string id, long expectedVersion, CancellationToken cancellationToken) =>
        Write(() => inner.TryDeleteAsync(id, expectedVersion, cancellationToken));

    public Task AddKeysAsync(IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken) =>
        Write(() => Done(inner.AddKeysAsync(keys, cancellationToken)));

    public Task<BoundKey?> FindKeyAsync(KeyDigest digest, CancellationToken cancellationToken) => Read(() => inner.FindKeyAsync(digest, cancellationToken));

    public Task<bool> ReplaceKeysAsync(string oldIssue, DateTimeOffset oldEndsAt, IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken) =>
        Write(() => inner.ReplaceKeysAsync(oldIssue, oldEndsAt, keys, cancellationToken));

    public Task<bool> TryLeaveAsync(string grantId, string caller, IReadOnlySet<string> others, DateTimeOffset now, CancellationToken cancellationToken) =>
        Write(() => inner.TryLeaveAsync(grantId, caller, others, now, cancellationToken));

    public Task<bool> AddLinkAsync(ConnectLink link, CancellationToken cancellationToken) => Write(() => inner.AddLinkAsync(link, cancellationToken));

    public Task<ConnectLink?> FindLinkAsync(KeyDigest digest, CancellationToken cancellationToken) =>
        Read(() => inner.FindLinkAsync(digest, cancellationToken));

    public Task<bool> TryUseLinkAsync(KeyDigest digest, DateTimeOffset now, CancellationToken cancellationToken) =>
        Write(() => inner.TryUseLinkAsync(digest, now, cancellationToken));

    public Task AddConsentAsync(PendingConsent consent, CancellationToken cancellationToken) =>
        Write(() => Done(inner.AddConsentAsync(consent, cancellationToken)));

    public Task<PendingConsent?> TakeConsentAsync(KeyDigest state, CancellationToken cancellationToken) =>
        Write(() => inner.TakeConsentAsync(state, cancellationToken));

    public Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) => Write(() => Done(inner.SweepAsync(now, cancellationToken)));

    private Task<T> Read<T>(Func<Task<T>> ask) => FailsReads ? throw new GrantStoreException("the disk is gone") : ask();

    private Task<T> Write<T>(Func<Task<T>> ask) => FailsWrites ? throw new GrantStoreException("the disk is full") : ask();

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }
}
