using NotionGateway.Access;
using NotionGateway.OAuth;
using NotionGateway.OAuth.Store;

namespace NotionGateway.UnitTests.OAuth.Store;

/// <summary>The contract in its simplest form: what other stores are compared with.</summary>
internal sealed class MemoryGrantStore : IGrantStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Grant> _grants = [];
    private readonly Dictionary<KeyDigest, BoundKey> _keys = [];
    private readonly Dictionary<KeyDigest, ConnectLink> _links = [];
    private readonly Dictionary<KeyDigest, PendingConsent> _consents = [];

    public Task<Grant?> FindAsync(CredentialName name, CancellationToken cancellationToken) => Do(() => Find(name), cancellationToken);

    public Task<Grant?> FindByIdAsync(string id, CancellationToken cancellationToken) => Do(() => _grants.GetValueOrDefault(id), cancellationToken);

    public Task<Grant?> FindByBotAsync(string app, string botId, CancellationToken cancellationToken) => Do(() => FindByBot(app, botId), cancellationToken);

    public Task<IReadOnlyList<Grant>> ListAsync(string? app, CredentialName? after, int most, CancellationToken cancellationToken) => Do<IReadOnlyList<Grant>>(
        () => [.. _grants.Values.Where(grant => app is null || grant.App == app).OrderBy(grant => grant.Name.Value, StringComparer.Ordinal)
            .Where(grant => string.CompareOrdinal(grant.Name.Value, after?.Value ?? "") > 0).Take(most)],
        cancellationToken);

    public Task<IReadOnlyList<(string App, GrantState State, long Count)>> CountAsync(CancellationToken cancellationToken) => Do<IReadOnlyList<(string, GrantState, long)>>(
        () => [.. _grants.Values.GroupBy(grant => (grant.App, grant.State)).Select(group => (group.Key.App, group.Key.State, group.LongCount()))], cancellationToken);

    public Task<NamingOutcome> AddAsync(Grant grant, CancellationToken cancellationToken) => Do(
        () =>
        {
            if (Find(grant.Name) is not null)
            {
                return NamingOutcome.NameTaken;
            }

            if (FindByBot(grant.App, grant.BotId) is not null)
            {
                return NamingOutcome.BotTaken;
            }

            return _grants.TryAdd(grant.Id, grant) ? NamingOutcome.Done : throw new GrantStoreException("The id is taken.");
        },
        cancellationToken);

    public Task<bool> TrySwapAsync(Grant next, long expectedVersion, CancellationToken cancellationToken) => Do(
        () =>
        {
            if (!_grants.TryGetValue(next.Id, out var now) || now.Version != expectedVersion || now.BotId != next.BotId)
            {
                return false;
            }

            _grants[next.Id] = next with { Name = now.Name, CreatedAt = now.CreatedAt, Version = expectedVersion + 1 };
            return true;
        },
        cancellationToken);

    public Task<NamingOutcome> RenameAsync(CredentialName from, CredentialName to, CancellationToken cancellationToken) => Do(
        () =>
        {
            if (Find(from) is not { } grant)
            {
                return NamingOutcome.NotFound;
            }

            if (from != to && Find(to) is not null)
            {
                return NamingOutcome.NameTaken;
            }

            if (from.App != to.App && FindByBot(to.App!, grant.BotId) is not null)
            {
                return NamingOutcome.BotTaken;
            }

            _grants[grant.Id] = grant with { Name = to };
            return NamingOutcome.Done;
        },
        cancellationToken);

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => Do(
        () =>
        {
            Forget(_keys, key => key.GrantId == id);
            return _grants.Remove(id);
        },
        cancellationToken);

    public Task AddKeysAsync(IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken) => Do(() => AddKeys(keys), cancellationToken);

    public Task<BoundKey?> FindKeyAsync(KeyDigest digest, CancellationToken cancellationToken) => Do(() => _keys.GetValueOrDefault(digest), cancellationToken);

    public Task ReplaceKeysAsync(string oldIssue, DateTimeOffset oldEndsAt, IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken) => Do(
        () =>
        {
            var old = _keys.Values.Where(key => key.Issue == oldIssue).ToArray();
            AddKeys(keys);
            foreach (var key in old)
            {
                _keys[key.Digest] = key with { ExpiresAt = key.ExpiresAt < oldEndsAt ? key.ExpiresAt : oldEndsAt };
            }

            return true;
        },
        cancellationToken);

    public Task AddLinkAsync(ConnectLink link, CancellationToken cancellationToken) => Do(() => Add(_links, link.Digest, link), cancellationToken);

    public Task<ConnectLink?> FindLinkAsync(KeyDigest digest, CancellationToken cancellationToken) => Do(() => _links.GetValueOrDefault(digest), cancellationToken);

    public Task<bool> TryUseLinkAsync(KeyDigest digest, DateTimeOffset now, CancellationToken cancellationToken) => Do(
        () =>
        {
            if (!_links.TryGetValue(digest, out var link) || link.UsedAt is not null || link.ExpiresAt <= now)
            {
                return false;
            }

            _links[digest] = link with { UsedAt = now };
            return true;
        },
        cancellationToken);

    public Task AddConsentAsync(PendingConsent consent, CancellationToken cancellationToken) => Do(() => Add(_consents, consent.State, consent), cancellationToken);

    public Task<PendingConsent?> TakeConsentAsync(KeyDigest state, CancellationToken cancellationToken) =>
        Do(() => _consents.Remove(state, out var consent) ? consent : null, cancellationToken);

    public Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) => Do(
        () =>
        {
            Forget(_keys, key => key.ExpiresAt <= now);
            Forget(_links, link => link.ExpiresAt <= now);
            Forget(_consents, consent => consent.ExpiresAt <= now);
            return true;
        },
        cancellationToken);

    private static bool Add<T>(Dictionary<KeyDigest, T> rows, KeyDigest key, T row) => rows.TryAdd(key, row) ? true : throw new GrantStoreException("It is there already.");

    private static void Forget<T>(Dictionary<KeyDigest, T> rows, Func<T, bool> unwanted)
    {
        foreach (var (key, _) in rows.Where(row => unwanted(row.Value)).ToArray())
        {
            rows.Remove(key);
        }
    }

    private Grant? Find(CredentialName name) => _grants.Values.FirstOrDefault(grant => grant.Name == name);

    private Grant? FindByBot(string app, string botId) => _grants.Values.FirstOrDefault(grant => grant.App == app && grant.BotId == botId);

    private bool AddKeys(IReadOnlyList<BoundKey> keys)
    {
        if (keys.Any(key => !_grants.ContainsKey(key.GrantId) || _keys.ContainsKey(key.Digest)) || keys.DistinctBy(key => key.Digest).Count() < keys.Count)
        {
            throw new GrantStoreException("A key has no grant, or is there already.");
        }

        return keys.All(key => _keys.TryAdd(key.Digest, key));
    }

    private async Task<T> Do<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask;
        lock (_lock)
        {
            return work();
        }
    }
}
