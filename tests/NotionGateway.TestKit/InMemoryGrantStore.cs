using NotionGateway.Access;
using NotionGateway.OAuth;
using NotionGateway.OAuth.Store;

namespace NotionGateway.TestKit;

/// <summary>A store of grants that keeps everything in memory and all of the contract: it can also be told to fail.</summary>
internal sealed class InMemoryGrantStore : IGrantStore
{
    private readonly Lock _one = new();
    private readonly Dictionary<string, Grant> _grants = new(StringComparer.Ordinal);
    private readonly Dictionary<KeyDigest, BoundKey> _keys = [];
    private readonly Dictionary<KeyDigest, ConnectLink> _links = [];
    private readonly Dictionary<KeyDigest, PendingConsent> _consents = [];

    /// <summary>While this says something, every call fails with it.</summary>
    public string? Problem { get; set; }

    /// <summary>While this says something, every call that writes fails with it.</summary>
    public string? WriteProblem { get; set; }

    public IReadOnlyList<Grant> Grants => Read(() => _grants.Values.ToList()).Result;

    public IReadOnlyList<ConnectLink> Links => Read(() => _links.Values.ToList()).Result;

    public Task<Grant?> FindAsync(CredentialName name, CancellationToken cancellationToken) => Read(() => Named(name));

    public Task<Grant?> FindByIdAsync(string id, CancellationToken cancellationToken) => Read(() => _grants.GetValueOrDefault(id));

    public Task<Grant?> FindByBotAsync(string app, string botId, CancellationToken cancellationToken) =>
        Read(() => _grants.Values.SingleOrDefault(grant => grant.App == app && grant.BotId == botId));

    public Task<IReadOnlyList<Grant>> ListAsync(string? app, CredentialName? after, int most, CancellationToken cancellationToken) => Read<IReadOnlyList<Grant>>(() =>
    [
        .. _grants.Values
            .Where(grant => (app is null || grant.App == app) && (after is not { } from || string.CompareOrdinal(grant.Name.Value, from.Value) > 0))
            .OrderBy(grant => grant.Name.Value, StringComparer.Ordinal)
            .Take(most),
    ]);

    public Task<IReadOnlyList<(string App, GrantState State, long Count)>> CountAsync(CancellationToken cancellationToken) => Read<IReadOnlyList<(string App, GrantState State, long Count)>>(() =>
        [.. _grants.Values.GroupBy(grant => (grant.App, grant.State)).Select(group => (group.Key.App, group.Key.State, (long)group.Count()))]);

    public Task<NamingOutcome> AddAsync(Grant grant, CancellationToken cancellationToken) => Write(() =>
    {
        if (Named(grant.Name) is not null)
        {
            return NamingOutcome.NameTaken;
        }

        if (_grants.Values.Any(other => other.App == grant.App && other.BotId == grant.BotId))
        {
            return NamingOutcome.BotTaken;
        }

        _grants.Add(grant.Id, grant);
        return NamingOutcome.Done;
    });

    public Task<bool> TrySwapAsync(Grant next, long expectedVersion, CancellationToken cancellationToken) => Write(() =>
    {
        if (_grants.GetValueOrDefault(next.Id) is not { } present || present.Version != expectedVersion)
        {
            return false;
        }

        _grants[next.Id] = next with { Name = present.Name, BotId = present.BotId, CreatedAt = present.CreatedAt, Version = expectedVersion + 1 };
        return true;
    });

    public Task<NamingOutcome> RenameAsync(CredentialName from, CredentialName to, CancellationToken cancellationToken) => Write(() =>
    {
        if (Named(from) is not { } grant)
        {
            return NamingOutcome.NotFound;
        }

        if (Named(to) is { } other && other.Id != grant.Id)
        {
            return NamingOutcome.NameTaken;
        }

        _grants[grant.Id] = grant with { Name = to };
        return NamingOutcome.Done;
    });

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => Write(() =>
    {
        RemoveWhere(_keys, key => key.GrantId == id);
        return _grants.Remove(id);
    });

    public Task AddKeysAsync(IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken) => Write(() => Add(keys));

    public Task<BoundKey?> FindKeyAsync(KeyDigest digest, CancellationToken cancellationToken) => Read(() => _keys.GetValueOrDefault(digest));

    public Task ReplaceKeysAsync(string oldIssue, DateTimeOffset oldEndsAt, IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken) => Write(() =>
    {
        Add(keys);
        foreach (var old in _keys.Values.Where(key => key.Issue == oldIssue && !(key.ExpiresAt <= oldEndsAt)).ToList())
        {
            _keys[old.Digest] = old with { ExpiresAt = oldEndsAt };
        }

        return true;
    });

    public Task AddLinkAsync(ConnectLink link, CancellationToken cancellationToken) => Write(() => _links.TryAdd(link.Digest, link));

    public Task<ConnectLink?> FindLinkAsync(KeyDigest digest, CancellationToken cancellationToken) => Read(() => _links.GetValueOrDefault(digest));

    public Task<bool> TryUseLinkAsync(KeyDigest digest, DateTimeOffset now, CancellationToken cancellationToken) => Write(() =>
    {
        if (_links.GetValueOrDefault(digest) is not { UsedAt: null } link || link.ExpiresAt <= now)
        {
            return false;
        }

        _links[digest] = link with { UsedAt = now };
        return true;
    });

    public Task AddConsentAsync(PendingConsent consent, CancellationToken cancellationToken) => Write(() => _consents.TryAdd(consent.State, consent));

    public Task<PendingConsent?> TakeConsentAsync(KeyDigest state, CancellationToken cancellationToken) => Write(() => _consents.Remove(state, out var consent) ? consent : null);

    public Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) => Write(() =>
    {
        RemoveWhere(_keys, key => key.ExpiresAt <= now);
        RemoveWhere(_links, link => link.ExpiresAt <= now);
        RemoveWhere(_consents, consent => consent.ExpiresAt <= now);
        return true;
    });

    private static void RemoveWhere<T>(Dictionary<KeyDigest, T> from, Predicate<T> condition)
    {
        foreach (var (digest, _) in from.Where(pair => condition(pair.Value)).ToList())
        {
            from.Remove(digest);
        }
    }

    private Grant? Named(CredentialName name) => _grants.Values.SingleOrDefault(grant => grant.Name == name);

    private bool Add(IReadOnlyList<BoundKey> keys)
    {
        // All or none, and none for a grant that is gone: a key must not outlive what it opens.
        if (keys.Any(key => !_grants.ContainsKey(key.GrantId) || _keys.ContainsKey(key.Digest)))
        {
            throw new GrantStoreException("A key belongs to no grant, or is there already.");
        }

        foreach (var key in keys)
        {
            _keys.Add(key.Digest, key);
        }

        return true;
    }

    private Task<T> Write<T>(Func<T> write) => WriteProblem is { } problem ? Task.FromException<T>(new GrantStoreException(problem)) : Read(write);

    private Task<T> Read<T>(Func<T> read)
    {
        if (Problem is { } problem)
        {
            return Task.FromException<T>(new GrantStoreException(problem));
        }

        lock (_one)
        {
            try
            {
                return Task.FromResult(read());
            }
            catch (GrantStoreException exception)
            {
                return Task.FromException<T>(exception);
            }
        }
    }
}
