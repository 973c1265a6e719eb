using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;

namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>
/// The store in one SQLite file, for one machine. Several processes on the file lose nothing: what must not happen twice is
/// decided by a single statement, and the rest in a transaction that no other writer can enter.
/// </summary>
internal sealed class SqliteGrantStore(SqliteStoreSettings settings, RowSealer seals, TimeProvider time) : IGrantStore, IKeyRingStore, IDisposable
{
    private readonly SqliteFile _file = new(settings);

    public Task OpenAsync(CancellationToken cancellationToken) => Task.Run(() => SqliteOpening.Open(_file, seals), cancellationToken);

    public async Task<Grant?> FindAsync(CredentialName name, CancellationToken cancellationToken) =>
        CheckedOrNone(await _file.ReadAsync(session => GrantRows.Find(session, name), cancellationToken));

    public async Task<Grant?> FindByIdAsync(string id, CancellationToken cancellationToken) =>
        CheckedOrNone(await _file.ReadAsync(session => GrantRows.FindById(session, id), cancellationToken));

    public async Task<Grant?> FindByBotAsync(string app, string botId, CancellationToken cancellationToken) =>
        CheckedOrNone(await _file.ReadAsync(session => GrantRows.FindByBot(session, app, botId), cancellationToken));

    public async Task<IReadOnlyList<Grant>> ListAsync(string? app, CredentialName? after, int most, CancellationToken cancellationToken) =>
        [.. (await Task.Run(() => _file.Read(session => GrantRows.List(session, app, after, most)), cancellationToken)).Select(Checked)];

    public async Task<IReadOnlyList<(string App, GrantState State, long Count)>> CountAsync(CancellationToken cancellationToken) =>
        await Task.Run(() => _file.Read(GrantRows.Count), cancellationToken);

    public Task<NamingOutcome> AddAsync(Grant grant, CancellationToken cancellationToken) =>
        TransactAsync(session => GrantRows.Add(session, grant, seals), cancellationToken);

    public Task<bool> TrySwapAsync(Grant next, long expectedVersion, CancellationToken cancellationToken) =>
        TransactAsync(session => GrantRows.TrySwap(session, next, expectedVersion, seals), cancellationToken);

    public Task<LeaseOutcome> TryLeaseAsync(string id, long expectedVersion, string holder, TimeSpan length, CancellationToken cancellationToken) =>
        TransactAsync(session => LeaseRows.TryTake(session, id, expectedVersion, holder, length, time.GetUtcNow()), cancellationToken);

    public Task ReleaseAsync(string id, string holder, CancellationToken cancellationToken) =>
        _file.WriteAsync(session => LeaseRows.Release(session, id, holder), cancellationToken);

    public Task<NamingOutcome> RenameAsync(CredentialName from, CredentialName to, CancellationToken cancellationToken) =>
        TransactAsync(session => GrantRows.Rename(session, from, to, seals), cancellationToken);

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        _file.WriteAsync(session => GrantRows.Delete(session, id), cancellationToken);

    public Task<bool> TryDeleteAsync(string id, long expectedVersion, CancellationToken cancellationToken) =>
        _file.WriteAsync(session => GrantRows.TryDelete(session, id, expectedVersion), cancellationToken);

    public Task AddKeysAsync(IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken) => TransactAsync(
        session =>
        {
            KeyRows.Add(session, keys, seals);
            return true;
        },
        cancellationToken);

    public async Task<BoundKey?> FindKeyAsync(KeyDigest digest, CancellationToken cancellationToken)
    {
        if (await _file.ReadAsync(session => KeyRows.Find(session, digest), cancellationToken) is not (var key, var seal))
        {
            return null;
        }

        seals.Load(ReadRing);
        seals.Check(key, seal);
        return key;
    }

    public Task<bool> ReplaceKeysAsync(string oldIssue, DateTimeOffset oldEndsAt, IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken) =>
        TransactAsync(session => KeyRows.Replace(session, oldIssue, oldEndsAt, keys, seals), cancellationToken);

    public Task<bool> TryLeaveAsync(string grantId, string caller, IReadOnlySet<string> others, DateTimeOffset now, CancellationToken cancellationToken) =>
        TransactAsync(session => KeyRows.TryLeave(session, grantId, caller, others, now), cancellationToken);

    public Task<bool> AddLinkAsync(ConnectLink link, CancellationToken cancellationToken) =>
        _file.WriteAsync(session => LinkRows.Add(session, link), cancellationToken);

    public Task<ConnectLink?> FindLinkAsync(KeyDigest digest, CancellationToken cancellationToken) =>
        _file.ReadAsync(session => LinkRows.Find(session, digest), cancellationToken);

    public Task<bool> TryUseLinkAsync(KeyDigest digest, DateTimeOffset now, CancellationToken cancellationToken) =>
        _file.WriteAsync(session => LinkRows.TryUse(session, digest, now), cancellationToken);

    public Task AddConsentAsync(PendingConsent consent, CancellationToken cancellationToken) =>
        _file.WriteAsync(session => LinkRows.Add(session, consent), cancellationToken);

    /// <summary>Read before it is removed: unauthenticated guesses must not queue with the writes of tokens.</summary>
    public async Task<PendingConsent?> TakeConsentAsync(KeyDigest state, CancellationToken cancellationToken) =>
        await _file.ReadAsync(session => LinkRows.IsThere(session, state), cancellationToken)
            ? await _file.WriteAsync(session => LinkRows.Take(session, state), cancellationToken)
            : null;

    public Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) => ExpiredRows.SweepAsync(_file, now, cancellationToken);

    public IReadOnlyList<RingElement> ReadRing() => _file.Read(RingRows.Read);

    public void WriteRing(RingElement element) => _file.Write(session => RingRows.Write(session, element));

    public void Dispose() => _file.Dispose();

    private Grant? CheckedOrNone(SealedRow<Grant>? row) => row is null ? null : Checked(row);

    /// <summary>The grant; an exception if it is not as a gateway has written it.</summary>
    private Grant Checked(SealedRow<Grant> row)
    {
        seals.Load(ReadRing);
        seals.Check(row.Value, row.Seal);
        return row.Value;
    }

    private Task<T> TransactAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        seals.Load(ReadRing);
        return _file.WriteAsync(session => session.Atomically(work), cancellationToken);
    }
}
