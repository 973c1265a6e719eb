using System.Collections.Concurrent;
using System.Security.Cryptography;
using NotionGateway.Access;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth;

/// <summary>The two keys that an application gets in the place of Notion's two tokens; shown once, kept as digests.</summary>
internal sealed record IssuedKeys(string Access, string? Refresh, IReadOnlyList<BoundKey> Stored)
{
    public override string ToString() => "[redacted]";
}

/// <summary>
/// The keys that stand for grants: makes them and finds them again. Those in use are remembered for a moment, so that most
/// requests ask no store, and those of an unreadable store go on serving.
/// </summary>
internal sealed class BoundKeys(IGrantStore store, TimeProvider time, ILogger<BoundKeys> log) : IBoundKeys
{
    /// <summary>How long a key goes on working after it was replaced: requests that are under way with it must not fail.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    /// <summary>How long a key is taken to be good without a look at the store; a revocation by another process takes effect within it.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(15);

    private static readonly Refusal Unreadable = new(RefusalReason.CredentialUnavailable, "The store of grants cannot be read at the moment, so this key cannot be checked. Try again soon.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    private const int MostRemembered = 20_000;
    private const int IssueLength = 32;

    /// <summary>After a failure the store is left alone for so long by keys that nobody knows.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<KeyDigest, Remembered> _remembered = new();
    private long? _failedAt;
    private int _changes;

    /// <summary>A pair of keys for the grant, in the name of the caller; an application whose Notion token cannot be renewed gets one only.</summary>
    public static IssuedKeys Issue(string grantId, string caller, bool withRefresh)
    {
        var issue = RandomNumberGenerator.GetHexString(IssueLength, lowercase: true);
        var access = GatewayKey.New();
        var refresh = withRefresh ? GatewayKey.New() : null;
        var stored = new List<BoundKey> { new(KeyDigest.Of(access), grantId, caller, BoundKeyKind.Access, issue) };
        if (refresh is not null)
        {
            stored.Add(new BoundKey(KeyDigest.Of(refresh), grantId, caller, BoundKeyKind.Refresh, issue));
        }

        return new IssuedKeys(access, refresh, stored);
    }

    public async ValueTask<(BoundIdentity? Identity, Refusal? Refusal)> FindAsync(KeyDigest key, CancellationToken cancellationToken)
    {
        _remembered.TryGetValue(key, out var known);
        if (known is not null && time.GetElapsedTime(known.At) < Fresh)
        {
            return (IfLive(known), null);
        }

        if (known is null && _failedAt is { } failedAt && time.GetElapsedTime(failedAt) < Pause)
        {
            return (null, Unreadable);
        }

        var changes = Volatile.Read(ref _changes);
        try
        {
            if (await store.FindKeyAsync(key, cancellationToken) is not { Kind: BoundKeyKind.Access } bound
                || await store.FindByIdAsync(bound.GrantId, cancellationToken) is not { } grant)
            {
                _remembered.TryRemove(key, out _);
                return default;
            }

            if (_remembered.Count >= MostRemembered)
            {
                _remembered.Clear();
            }

            var found = new Remembered(new BoundIdentity(bound.Caller, grant.Name, grant.Id), bound.ExpiresAt, time.GetTimestamp());
            _remembered[key] = found;
            if (changes != Volatile.Read(ref _changes))
            {
                // Taken away, or renamed, while it was read.
                _remembered.TryRemove(key, out _);
            }

            return (IfLive(found), null);
        }
        catch (GrantStoreException exception)
        {
            if (_failedAt is not { } before || time.GetElapsedTime(before) >= Pause)
            {
                // Strangers may ask as often as they like: one line a second says it.
                log.CannotReadKeys(exception.Message, known is not null);
            }

            _failedAt = time.GetTimestamp();
            if (known is null)
            {
                return (null, Unreadable);
            }

            _remembered[key] = known with { At = time.GetTimestamp() };
            return (IfLive(known), null);
        }
    }

    /// <summary>To be called when keys were taken away: none of them may go on for a moment.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _changes);
        _remembered.Clear();
    }

    private BoundIdentity? IfLive(Remembered key) => key.ExpiresAt is { } end && end <= time.GetUtcNow() ? null : key.Identity;

    /// <summary>What the store said of a key, and when.</summary>
    private sealed record Remembered(BoundIdentity Identity, DateTimeOffset? ExpiresAt, long At);
}
