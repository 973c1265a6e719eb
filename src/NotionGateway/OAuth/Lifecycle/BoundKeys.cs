using System.Security.Cryptography;
using NotionGateway.Access;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>The two keys that an application gets instead of Notion's two tokens; shown once, kept as digests.</summary>
internal sealed record IssuedKeys(string Access, string? Refresh, IReadOnlyList<BoundKey> Stored)
{
    public override string ToString() => "[redacted]";
}

/// <summary>
/// The keys that are bound to grants: creates and finds them. Those in use are cached for a short time, so that most
/// requests do not read the store, and keep working while the store cannot be read.
/// </summary>
internal sealed class BoundKeys(IGrantStore store, TimeProvider time, ILogger<BoundKeys> log) : IBoundKeys
{
    /// <summary>How long a key keeps working after it was replaced: requests in progress with it must not fail.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    /// <summary>How long a key is accepted without reading the store again; a revocation by another process takes effect within it.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(15);

    private static readonly Refusal Unreadable = new(
        RefusalReason.CredentialUnavailable, "The grant store is temporarily unavailable, so this key cannot be checked. Try again soon.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    private const int MostRemembered = 20_000;
    private const int IssueLength = 32;

    /// <summary>After a failure, unknown keys do not query the store for this long.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A key that keeps changing while it is read is not served; the caller tries again.</summary>
    private const int MostLooks = 3;

    private readonly Lock _forgetting = new();

    /// <summary>Replaced when keys are removed: results of earlier reads then go to the old cache, which is no longer used.</summary>
    private volatile BoundedCache<KeyDigest, Remembered> _remembered = NewMemory(time);
    private long? _failedAt;

    /// <summary>A pair of keys for the grant, in the name of the caller; an application whose Notion token cannot be renewed gets one only.</summary>
    /// <param name="parent">The issue whose refresh key is exchanged for the pair; null for a code.</param>
    public IssuedKeys Issue(string grantId, string caller, bool withRefresh, string? parent = null)
    {
        var issue = RandomNumberGenerator.GetHexString(IssueLength, lowercase: true);
        var access = GatewayKey.New();
        var refresh = withRefresh ? GatewayKey.New() : null;
        var first = new BoundKey(KeyDigest.Of(access), grantId, caller, BoundKeyKind.Access, issue) { IssuedAt = time.GetUtcNow(), Parent = parent };
        var stored = new List<BoundKey> { first };
        if (refresh is not null)
        {
            stored.Add(first with { Digest = KeyDigest.Of(refresh), Kind = BoundKeyKind.Refresh });
        }

        return new IssuedKeys(access, refresh, stored);
    }

    public async ValueTask<(BoundIdentity? Identity, Refusal? Refusal)> FindAsync(KeyDigest key, CancellationToken cancellationToken)
    {
        for (var look = 0; look < MostLooks; look++)
        {
            var remembered = _remembered;
            remembered.TryGet(key, out var known);
            if (known is not null && time.GetElapsedTime(known.At) < Fresh)
            {
                return (IfLive(known), null);
            }

            if (known is null && _failedAt is { } failedAt && time.GetElapsedTime(failedAt) < Pause)
            {
                return (null, Unreadable);
            }

            var (found, refusal) = await ReadAsync(key, remembered, known, cancellationToken);
            if (remembered == _remembered)
            {
                return (found is null ? null : IfLive(found), refusal);
            }

            // Keys were removed, or grants renamed, while it was read: the result may be outdated.
        }

        return (null, Unreadable);
    }

    /// <summary>To be called when keys of a grant were removed, or it was renamed: none of them may be used as it was.</summary>
    public void Forget(string grantId)
    {
        lock (_forgetting)
        {
            _remembered = _remembered.Without(key => key.Identity.GrantId == grantId);
        }
    }

    public void Forget(KeyDigest key) => _remembered.Remove(key);

    /// <summary>The stored record of the key, or, while the store cannot be read, the last known one.</summary>
    private async ValueTask<(Remembered? Found, Refusal? Refusal)> ReadAsync(
        KeyDigest key, BoundedCache<KeyDigest, Remembered> remembered, Remembered? known, CancellationToken cancellationToken)
    {
        try
        {
            if (await store.FindKeyAsync(key, cancellationToken) is not { Kind: BoundKeyKind.Access } bound
                || await store.FindByIdAsync(bound.GrantId, cancellationToken) is not { } grant)
            {
                remembered.Remove(key);
                return default;
            }

            var found = new Remembered(new BoundIdentity(bound.Caller, grant.Name, grant.Id), bound.ExpiresAt, time.GetTimestamp());
            remembered.Set(key, found);
            return (found, null);
        }
        catch (GrantStoreException exception) when (exception.IsForged)
        {
            // A forged row is not a valid key; it has been logged already.
            remembered.Remove(key);
            return default;
        }
        catch (GrantStoreException exception)
        {
            if (known is not null && (_failedAt is not { } before || time.GetElapsedTime(before) >= Pause))
            {
                // Denied requests have their own lines; for accepted ones there is one line per second.
                log.CannotReadKeys(exception.Message);
            }

            _failedAt = time.GetTimestamp();
            if (known is null)
            {
                return (null, Unreadable with { Problem = exception.Message });
            }

            var kept = known with { At = time.GetTimestamp() };
            remembered.Set(key, kept);
            return (kept, null);
        }
    }

    // Entries do not expire: those that are no longer fresh are still used while the store cannot be read.
    private static BoundedCache<KeyDigest, Remembered> NewMemory(TimeProvider time) => new(MostRemembered, TimeSpan.MaxValue, time);

    private BoundIdentity? IfLive(Remembered key) => key.ExpiresAt is { } end && end <= time.GetUtcNow() ? null : key.Identity;

    /// <summary>What was read about a key, and when.</summary>
    private sealed record Remembered(BoundIdentity Identity, DateTimeOffset? ExpiresAt, long At);
}
