using System.Collections.Concurrent;

namespace NotionGateway.Access;

/// <summary>When each configured key was last presented. A key that a reload takes away is forgotten.</summary>
internal sealed class KeyUses
{
    private readonly ConcurrentDictionary<KeyDigest, long> _seconds = new();
    private readonly TimeProvider _time;

    public KeyUses(Reloadable<AccessRules> rules, TimeProvider time)
    {
        _time = time;
        rules.Changed += Forget;
    }

    public void Note(KeyDigest key)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        if (!_seconds.TryGetValue(key, out var before) || before != now)
        {
            _seconds[key] = now;
        }
    }

    /// <summary>As Unix time; 0 if it was not used since the start.</summary>
    public long LastUsed(KeyDigest key) => _seconds.GetValueOrDefault(key);

    private void Forget(AccessRules rules)
    {
        foreach (var key in _seconds.Keys.Where(key => !rules.HasKey(key)))
        {
            _seconds.TryRemove(key, out _);
        }
    }
}
