using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;

namespace NotionGateway.TestKit;

/// <summary>The contract of a store of grants in its simplest form, which others are compared with; it can also be told to fail.</summary>
internal sealed class InMemoryGrantStore(TimeProvider? time = null) : IGrantStore, IKeyRingStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Grant> _grants = [];
    private readonly Dictionary<string, (string Holder, DateTimeOffset Until)> _leases = [];
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<KeyDigest, BoundKey> _keys = [];
    private readonly Dictionary<KeyDigest, ConnectLink> _links = [];
    private readonly Dictionary<KeyDigest, PendingConsent> _consents = [];

    private readonly Dictionary<string, RingElement> _ring = [];

    /// <summary>While this says something, every call fails with it.</summary>
    public string? Problem { get; set; }

    /// <summary>While this says something, every call that writes fails with it.</summary>
    public string? WriteProblem { get; set; }

    /// <summary>Runs in every call before anything else: a test uses it to interleave other work.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    public IReadOnlyList<Grant> Grants
    {
        get
        {
            lock (_lock)
            {
                return [.. _grants.Values];
            }
        }
    }

    public IReadOnlyList<ConnectLink> Links
    {
        get
        {
            lock (_lock)
            {
                return [.. _links.Values];
            }
        }
    }

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public IReadOnlyList<RingElement> ReadRing()
    {
        lock (_lock)
        {
            return [.. _ring.Values];
        }
    }

    public void WriteRing(RingElement element)
    {
        lock (_lock)
        {
            _ring[element.Name] = element;
        }
    }

    public Task<Grant?> FindAsync(CredentialName name, CancellationToken cancellationToken) => Do(() => Find(name), cancellationToken);

    public Task<Grant?> FindByIdAsync(string id, CancellationToken cancellationToken) => Do(() => _grants.GetValueOrDefault(id), cancellationToken);

    public Task<Grant?> FindByBotAsync(string app, string botId, CancellationToken cancellationToken) => Do(() => FindByBot(app, botId), cancellationToken);

    public Task<IReadOnlyList<Grant>> ListAsync(string? app, CredentialName? after, int most, CancellationToken cancellationToken) => Do<IReadOnlyList<Grant>>(
        () => [.. _grants.Values.Where(grant => app is null || grant.App == app).OrderBy(grant => grant.Name.Value, StringComparer.Ordinal)
            .Where(grant => string.CompareOrdinal(grant.Name.Value, after?.Value ?? "") > 0).Take(most)],
        cancellationToken);

    public Task<IReadOnlyList<(string App, GrantState State, long Count)>> CountAsync(CancellationToken cancellationToken) =>
        Do<IReadOnlyList<(string, GrantState, long)>>(
            () => [.. _grants.Values.GroupBy(grant => (grant.App, grant.State)).Select(group => (group.Key.App, group.Key.State, group.LongCount()))],
            cancellationToken);

    public Task<NamingOutcome> AddAsync(Grant grant, CancellationToken cancellationToken) => Write(
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

    public Task<bool> TrySwapAsync(Grant next, long expectedVersion, CancellationToken cancellationToken) => Write(
        () =>
        {
            if (!_grants.TryGetValue(next.Id, out var now) || now.Version != expectedVersion || now.BotId != next.BotId)
            {
                return false;
            }

            _leases.Remove(next.Id);
            _grants[next.Id] = next with { Name = now.Name, CreatedAt = now.CreatedAt, Version = expectedVersion + 1 };
            return true;
        },
        cancellationToken);

    public Task<LeaseOutcome> TryLeaseAsync(
        string id, long expectedVersion, string holder, TimeSpan length, CancellationToken cancellationToken) => Write(
        () =>
        {
            if (!_grants.TryGetValue(id, out var grant))
            {
                return new LeaseOutcome(LeaseState.Gone);
            }

            if (grant.Version != expectedVersion)
            {
                return new LeaseOutcome(LeaseState.Changed);
            }

            var now = _time.GetUtcNow();
            if (_leases.TryGetValue(id, out var lease) && lease.Until > now && lease.Holder != holder)
            {
                return new LeaseOutcome(LeaseState.Held, lease.Until - now);
            }

            _leases[id] = (holder, now + length);
            return new LeaseOutcome(LeaseState.Taken);
        },
        cancellationToken);

    public Task ReleaseAsync(string id, string holder, CancellationToken cancellationToken) => Write(
        () => _leases.TryGetValue(id, out var lease) && lease.Holder == holder && _leases.Remove(id), cancellationToken);

    public Task<NamingOutcome> RenameAsync(CredentialName from, CredentialName to, CancellationToken cancellationToken) => Write(
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

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => Write(
        () =>
        {
            Forget(_keys, key => key.GrantId == id);
            _leases.Remove(id);
            return _grants.Remove(id);
        },
        cancellationToken);

    public Task<bool> TryDeleteAsync(string id, long expectedVersion, CancellationToken cancellationToken) => Write(
        () =>
        {
            if (!_grants.TryGetValue(id, out var grant) || grant.Version != expectedVersion)
            {
                return false;
            }

            Forget(_keys, key => key.GrantId == id);
            _leases.Remove(id);
            return _grants.Remove(id);
        },
        cancellationToken);

    public Task AddKeysAsync(IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken) => Write(() => AddKeys(keys), cancellationToken);

    public Task<BoundKey?> FindKeyAsync(KeyDigest digest, CancellationToken cancellationToken) => Do(() => _keys.GetValueOrDefault(digest), cancellationToken);

    public Task<bool> ReplaceKeysAsync(string oldIssue, DateTimeOffset oldEndsAt, IReadOnlyList<BoundKey> keys, CancellationToken cancellationToken) => Write(
        () =>
        {
            var old = _keys.Values.Where(key => key.Issue == oldIssue).ToArray();
            if (old.Length == 0)
            {
                return false;
            }

            CheckKeys(keys);
            foreach (var key in old)
            {
                _keys[key.Digest] = key with { ExpiresAt = key.ExpiresAt < oldEndsAt ? key.ExpiresAt : oldEndsAt };
            }

            return AddKeys(keys);
        },
        cancellationToken);

    public Task<bool> TryLeaveAsync(
        string grantId, string caller, IReadOnlySet<string> others, DateTimeOffset now, CancellationToken cancellationToken) => Write(
        () =>
        {
            if (!_keys.Values.Any(key =>
                key.GrantId == grantId && key.Caller != caller && others.Contains(key.Caller) && (key.ExpiresAt is not { } end || end > now)))
            {
                return false;
            }

            Forget(_keys, key => key.GrantId == grantId && key.Caller == caller);
            return true;
        },
        cancellationToken);

    public Task<bool> AddLinkAsync(ConnectLink link, CancellationToken cancellationToken) =>
        Write(() => _links.Count < KeyLimits.Links && Add(_links, link.Digest, link), cancellationToken);

    public Task<ConnectLink?> FindLinkAsync(KeyDigest digest, CancellationToken cancellationToken) =>
        Do(() => _links.GetValueOrDefault(digest), cancellationToken);

    public Task<bool> TryUseLinkAsync(KeyDigest digest, DateTimeOffset now, CancellationToken cancellationToken) => Write(
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

    public Task AddConsentAsync(PendingConsent consent, CancellationToken cancellationToken) =>
        Write(() => Add(_consents, consent.State, consent), cancellationToken);

    public Task<PendingConsent?> TakeConsentAsync(KeyDigest state, CancellationToken cancellationToken) =>
        Write(() => _consents.Remove(state, out var consent) ? consent : null, cancellationToken);

    public Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) => Write(
        () =>
        {
            Forget(_keys, key => key.ExpiresAt <= now);
            Forget(_links, link => link.ExpiresAt <= now);
            Forget(_consents, consent => consent.ExpiresAt <= now);
            return true;
        },
        cancellationToken);

    private static bool Add<T>(Dictionary<KeyDigest, T> rows, KeyDigest key, T row) =>
        rows.TryAdd(key, row) ? true : throw new GrantStoreException("It is there already.");

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
        CheckKeys(keys);
        foreach (var key in keys)
        {
            _keys.Add(key.Digest, key);
        }

        foreach (var newest in keys.DistinctBy(key => (key.GrantId, key.Caller, key.Issue)))
        {
            if (newest.Parent is not null)
            {
                EndAllBut(KeyLimits.FamiliesPerRefreshKey, newest, key => key.Parent == newest.Parent);
            }

            EndAllBut(KeyLimits.FamiliesPerCaller, newest, _ => true);
        }

        return true;
    }

    private void EndAllBut(int kept, BoundKey newest, Func<BoundKey, bool> counts)
    {
        var tooMany = _keys.Values.Where(key => key.GrantId == newest.GrantId && key.Caller == newest.Caller && key.Issue != newest.Issue && counts(key))
            .GroupBy(key => key.Issue)
            .OrderByDescending(issue => issue.Any(key => key.ExpiresAt is null)).ThenByDescending(issue => issue.Max(key => key.IssuedAt))
            .ThenByDescending(issue => issue.Key, StringComparer.Ordinal)
            .Skip(kept - 1).Select(issue => issue.Key).ToHashSet();
        Forget(_keys, key => key.GrantId == newest.GrantId && key.Caller == newest.Caller && tooMany.Contains(key.Issue));
    }

    private void CheckKeys(IReadOnlyList<BoundKey> keys)
    {
        if (keys.Any(key => !_grants.ContainsKey(key.GrantId) || _keys.ContainsKey(key.Digest)) || keys.DistinctBy(key => key.Digest).Count() < keys.Count)
        {
            throw new GrantStoreException("A key has no grant, or is there already.");
        }
    }

    private Task<T> Write<T>(Func<T> work, CancellationToken cancellationToken) =>
        WriteProblem is { } problem ? Task.FromException<T>(new GrantStoreException(problem)) : Do(work, cancellationToken);

    private async Task<T> Do<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Before();
        if (Problem is { } problem)
        {
            throw new GrantStoreException(problem);
        }

        lock (_lock)
        {
            return work();
        }
    }
}
