using System.Collections.Concurrent;
using NotionGateway.Credentials;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>
/// The grants in use, each opened once and kept while it is used; the others are not in memory. A grant is read from the
/// store again from time to time, since another process may have renewed, renamed or removed it; while the store cannot be
/// read, the grant in memory is used.
/// </summary>
internal sealed class GrantCredentials(
    GrantVault vault, OAuthApps apps, GrantRenewal renewal, TimeProvider time, ILogger<GrantCredentials> log) : IGrantedCredentials
{
    /// <summary>How long a grant is used without reading the store again; a removal by another process takes effect within it.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    /// <summary>The same for a grant that Notion rejects: people who have just reconnected do not want to wait.</summary>
    private static readonly TimeSpan FreshWhenLost = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<CredentialName, Entry> _inUse = new();
    private readonly Lock _changing = new();
    private int _changes;

    public ValueTask<(Credential? Credential, Refusal? Refusal)> FindAsync(CredentialName name, string? grantId, CancellationToken cancellationToken)
    {
        if (_inUse.TryGetValue(name, out var entry) && grantId is not null && entry.GrantId != grantId)
        {
            // Another gateway may have given the name to another grant.
            entry = null;
        }

        if (entry is not null)
        {
            entry.UsedAt = time.GetTimestamp();
            if (time.GetElapsedTime(entry.SeenAt) < (entry.Credential.State.Quarantined ? FreshWhenLost : Fresh))
            {
                return ValueTask.FromResult<(Credential?, Refusal?)>((entry.Credential, null));
            }
        }

        return apps.Find(name.App) is { } app ? new(LookAsync(app, name, entry, cancellationToken)) : default;
    }

    public void Forget(CredentialName name)
    {
        lock (_changing)
        {
            _changes++;
            _inUse.TryRemove(name, out _);
        }
    }

    /// <summary>Forgets what has not been used for a while.</summary>
    public void Sweep()
    {
        foreach (var (name, entry) in _inUse)
        {
            if (time.GetElapsedTime(entry.UsedAt) > Idle)
            {
                _inUse.TryRemove(KeyValuePair.Create(name, entry));
            }
        }
    }

    private async Task<(Credential? Credential, Refusal? Refusal)> LookAsync(
        OAuthAppOptions app, CredentialName name, Entry? known, CancellationToken cancellationToken)
    {
        var changes = Volatile.Read(ref _changes);
        try
        {
            if (await vault.FindAsync(name, cancellationToken) is not { } found)
            {
                Forget(name);
                return default;
            }

            var entry = Keep(app, name, found, known, changes);
            entry.SeenAt = time.GetTimestamp();
            entry.Credential.Adopt(found);
            return (entry.Credential, null);
        }
        catch (Exception exception) when (GrantFailure.Is(exception))
        {
            if (exception is GrantStoreException { IsForged: true })
            {
                // The grant in memory is trusted no more than the stored one.
                Forget(name);
                known = null;
            }

            if (known is not null)
            {
                log.CannotRead(name, exception.Message);

                // The store is read again after the usual interval, not with every request.
                known.SeenAt = time.GetTimestamp();
            }

            return known is not null && changes == Volatile.Read(ref _changes) ? (known.Credential, null) : (null, Unreadable(name, exception.Message));
        }
    }

    private static Refusal Unreadable(CredentialName name, string problem) => new(
        RefusalReason.CredentialUnavailable,
        $"Credential '{name}' is temporarily unavailable: the grant store cannot be read. Your gateway key is valid.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
        Problem = problem,
    };

    /// <summary>If grants changed while this one was read, it is used only for this request, and the next one reads it again.</summary>
    private Entry Keep(OAuthAppOptions app, CredentialName name, OpenGrant found, Entry? known, int changes)
    {
        lock (_changing)
        {
            var entry = known?.GrantId == found.Grant.Id ? known
                : _inUse.TryGetValue(name, out var other) && other.GrantId == found.Grant.Id ? other
                : Make(app, found);
            if (changes != _changes)
            {
                _inUse.TryRemove(KeyValuePair.Create(name, entry));
            }
            else if (entry != known)
            {
                _inUse[name] = entry;
            }

            return entry;
        }
    }

    private Entry Make(OAuthAppOptions app, OpenGrant found) => new(
        found.Grant.Id,
        new Credential(
            new GrantTerms(found.Grant, app.Plan),
            new CredentialState().AfterGrant(found.Access, found.Identity, found.Grant.RefreshedAt, found.Grant.Version),
            renewal))
    {
        UsedAt = time.GetTimestamp(),
    };

    /// <summary>A grant in use, and when it was last used and last seen in the store.</summary>
    private sealed class Entry(string grantId, Credential credential)
    {
        public string GrantId => grantId;

        public Credential Credential => credential;

        public long UsedAt { get; set; }

        public long SeenAt { get; set; }
    }
}
