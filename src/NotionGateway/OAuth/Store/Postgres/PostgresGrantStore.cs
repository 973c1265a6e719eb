using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;

namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>
/// The store in PostgreSQL, for any number of gateways. What must not happen twice is decided by a single statement, or in a transaction
/// that locks the grant's row first.
/// </summary>
internal sealed class PostgresGrantStore(PostgresDatabase database, RowSealer seals) : IGrantStore, IKeyRingStore
{
    /// <summary>Of two who want one name at once, the second finds it taken when it looks again.</summary>
    private const int MostLooks = 3;

    public Task OpenAsync(CancellationToken cancellationToken) => PostgresOpening.OpenAsync(database, seals, cancellationToken);

    public async Task<Grant?> FindAsync(CredentialName name, CancellationToken cancellationToken) =>
        CheckedOrNone(await database.ReadAsync(session => GrantRows.FindAsync(session, name), cancellationToken));

    public async Task<Grant?> FindByIdAsync(string id, CancellationToken cancellationToken) =>
        CheckedOrNone(await database.ReadAsync(session => GrantRows.FindByIdAsync(session, id), cancellationToken));

    public async Task<Grant?> FindByBotAsync(string app, string botId, CancellationToken cancellationToken) =>
        CheckedOrNone(await database.ReadAsync(session => GrantRows.FindByBotAsync(session, app, botId), cancellationToken));

    public async Task<IReadOnlyList<Grant>> ListAsync(string? app, CredentialName? after, int most, CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync(session => GrantRows.ListAsync(session, app, after, most), cancellationToken)).Select(Checked)];

    public async Task<IReadOnlyList<(string App, GrantState State, long Count)>> CountAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(GrantRows.CountAsync, cancellationToken);

    public Task<NamingOutcome> AddAsync(Grant grant, CancellationToken cancellationToken) => NameAsync(
        async session =>
        {
            if (await GrantRows.IsNameTakenAsync(session, grant.Name))
            {
                return NamingOutcome.NameTaken;
            }

            if (await GrantRows.IsBotTakenAsync(session, grant.App, grant.BotId))
            {
                return NamingOutcome.BotTaken;
            }

            await GrantRows.InsertAsync(session, grant, seals);
            return NamingOutcome.Done;
        },
        cancellationToken);

    public Task<bool> TrySwapAsync(Grant next, long expectedVersion, CancellationToken cancellationToken) =>
        TransactAsync(session => GrantRows.TrySwapAsync(session, next, expectedVersion, seals), cancellationToken);

    public Task<LeaseOutcome> TryLeaseAsync(string id, long expectedVersion, string holder, TimeSpan length, CancellationToken cancellationToken) =>
        database.WriteAsync(session => LeaseRows.TryTakeAsync(session, id, expectedVersion, holder, length), cancellationToken);

    public Task ReleaseAsync(string id, string holder, CancellationToken cancellationToken) =>
        database.WriteAsync(session => LeaseRows.ReleaseAsync(session, id, holder), cancellationToken);

    public Task<NamingOutcome> RenameAsync(CredentialName from, CredentialName to, CancellationToken cancellationToken) => NameAsync(
        async session =>
        {
            if (await GrantRows.FindAsync(session, from, "FOR UPDATE") is not (var grant, var seal))
            {
                return NamingOutcome.NotFound;
            }

            // A name that was changed from outside must not be sealed here.
            seals.Check(grant, seal);
            if (from == to)
            {
                return NamingOutcome.Done;
            }

            if (await GrantRows.IsNameTakenAsync(session, to))
            {
                return NamingOutcome.NameTaken;
            }

            if (to.App != from.App && await GrantRows.IsBotTakenAsync(session, to.AppOfGrant, grant.BotId))
            {
                return NamingOutcome.BotTaken;
            }

            await GrantRows.RenameAsync(session, grant, to, seals);
            return NamingOutcome.Done;
        },
        cancellationToken);

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        database.WriteAsync(session => GrantRows.DeleteAsync(session, id), cancellationToken);

    public Task<bool> TryDeleteAsync(string id, long expectedVersion, CancellationToken cancellationToken) =>
        database.WriteAsync(session => GrantRows.TryDeleteAsync(session, id, expectedVersion), cancellationToken);

    public Task AddKeysAsync(IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken) => TransactAsync(
        async session =>
        {
            await KeyRows.AddAsync(session, keys, seals);
            return true;
        },
        cancellationToken);

    public async Task<BoundKey?> FindKeyAsync(KeyDigest digest, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync(session => KeyRows.FindAsync(session, digest), cancellationToken) is not (var key, var seal))
        {
            return null;
        }

        seals.Load(ReadRing);
        seals.Check(key, seal);
        return key;
    }

    public Task<bool> ReplaceKeysAsync(string oldIssue, DateTimeOffset oldEndsAt, IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken) =>
        TransactAsync(session => KeyRows.ReplaceAsync(session, oldIssue, oldEndsAt, keys, seals), cancellationToken);

    public Task<bool> TryLeaveAsync(string grantId, string caller, IReadOnlySet<string> others, DateTimeOffset now, CancellationToken cancellationToken) =>
        TransactAsync(session => KeyRows.TryLeaveAsync(session, grantId, caller, others, now), cancellationToken);

    public Task<bool> AddLinkAsync(ConnectLink link, CancellationToken cancellationToken) =>
        database.TransactAsync(session => LinkRows.AddAsync(session, link), cancellationToken);

    public Task<ConnectLink?> FindLinkAsync(KeyDigest digest, CancellationToken cancellationToken) =>
        database.ReadAsync(session => LinkRows.FindAsync(session, digest), cancellationToken);

    public Task<bool> TryUseLinkAsync(KeyDigest digest, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(session => LinkRows.TryUseAsync(session, digest, now), cancellationToken);

    public Task AddConsentAsync(PendingConsent consent, CancellationToken cancellationToken) =>
        database.WriteAsync(session => LinkRows.AddAsync(session, consent), cancellationToken);

    public Task<PendingConsent?> TakeConsentAsync(KeyDigest state, CancellationToken cancellationToken) =>
        database.WriteAsync(session => LinkRows.TakeAsync(session, state), cancellationToken);

    public Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) => ExpiredRows.SweepAsync(database, now, cancellationToken);

    /// <summary>Off this thread: the framework waits for it synchronously.</summary>
    public IReadOnlyList<RingElement> ReadRing() =>
        Task.Run(() => database.ReadAsync(RingRows.ReadAsync, CancellationToken.None)).GetAwaiter().GetResult();

    public void WriteRing(RingElement element) =>
        Task.Run(() => database.WriteAsync(session => RingRows.WriteAsync(session, element), CancellationToken.None)).GetAwaiter().GetResult();

    private Grant? CheckedOrNone(SealedRow<Grant>? row) => row is null ? null : Checked(row);

    /// <summary>The grant; an exception if it is not as a gateway has written it.</summary>
    private Grant Checked(SealedRow<Grant> row)
    {
        seals.Load(ReadRing);
        seals.Check(row.Value, row.Seal);
        return row.Value;
    }

    private async Task<NamingOutcome> NameAsync(Func<PostgresSession, Task<NamingOutcome>> work, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            try
            {
                return await TransactAsync(work, cancellationToken);
            }
            catch (GrantStoreException exception) when (look < MostLooks && PostgresFailures.IsTaken(exception.InnerException))
            {
                // Another gateway has just taken the name, the bot or the id.
            }
        }
    }

    private Task<T> TransactAsync<T>(Func<PostgresSession, Task<T>> work, CancellationToken cancellationToken)
    {
        seals.Load(ReadRing);
        return database.TransactAsync(work, cancellationToken);
    }
}
