using NotionGateway.Bodies;

namespace NotionGateway.Caching.Store;

/// <summary>Why an entry was dropped.</summary>
internal enum Eviction
{
    /// <summary>Another one or a caller's body needed its memory.</summary>
    Size,

    /// <summary>It was replaced by a newer one.</summary>
    Replaced,

    /// <summary>Something that it depends on has changed.</summary>
    Invalidated,
}

/// <summary>
/// Keeps responses up to a number of bytes; the one that was used longest ago goes first. Callers' bodies come before it: they take its memory.
/// </summary>
internal sealed class CacheStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<EntryKey, LinkedListNode<CacheEntry>> _entries = [];

    /// <summary>The one used longest ago first.</summary>
    private readonly LinkedList<CacheEntry> _byUse = new();
    private readonly Reloadable<CachingOptions> _options;
    private long _bytes;

    public CacheStore(Reloadable<CachingOptions> options, BodyBudget budget)
    {
        _options = options;
        budget.Spare = TryFree;
        options.Changed += _ => Shrink();
    }

    /// <summary>Called for each entry that goes, outside of the lock.</summary>
    public event Action<Eviction>? Evicted;

    public long Bytes => Interlocked.Read(ref _bytes);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>The entry, held for the caller: it must release its response. Null if there is none.</summary>
    public CacheEntry? Find(in EntryKey key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var node) || !node.Value.Response.TryHold())
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value;
        }
    }

    /// <summary>Keeps an entry; false if it is too large. The store holds its response from then on.</summary>
    public bool TryAdd(CacheEntry entry)
    {
        var most = _options.Current.StoredBytes;
        if (entry.Bytes > most || !entry.Response.TryHold())
        {
            return false;
        }

        List<(CacheEntry Entry, Eviction Why)> gone = [];
        lock (_gate)
        {
            if (_entries.TryGetValue(entry.Key, out var before))
            {
                Drop(before);
                gone.Add((before.Value, Eviction.Replaced));
            }

            _entries.Add(entry.Key, _byUse.AddLast(entry));
            _bytes += entry.Bytes;
            EvictUntil(most, gone);
        }

        Release(gone);
        return true;
    }

    /// <summary>Drops the entry of this name, if there is one.</summary>
    public void Drop(in EntryKey key)
    {
        if (Find(key) is { } entry)
        {
            Drop(entry);
            entry.Response.Release();
        }
    }

    /// <summary>Drops an entry that is no longer true, if it is still there.</summary>
    public void Drop(CacheEntry entry)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(entry.Key, out var node) || node.Value != entry)
            {
                return;
            }

            Drop(node);
        }

        Release([(entry, Eviction.Invalidated)]);
    }

    /// <summary>Frees at least so many bytes for a caller's body; false if there is nothing to free.</summary>
    private bool TryFree(long bytes)
    {
        List<(CacheEntry Entry, Eviction Why)> gone = [];
        lock (_gate)
        {
            EvictUntil(Math.Max(0, _bytes - bytes), gone);
        }

        Release(gone);
        return gone.Count > 0;
    }

    private void Shrink()
    {
        List<(CacheEntry Entry, Eviction Why)> gone = [];
        lock (_gate)
        {
            EvictUntil(_options.Current.StoredBytes, gone);
        }

        Release(gone);
    }

    private void EvictUntil(long most, List<(CacheEntry Entry, Eviction Why)> gone)
    {
        while (_bytes > most && _byUse.First is { } oldest)
        {
            Drop(oldest);
            gone.Add((oldest.Value, Eviction.Size));
        }
    }

    private void Drop(LinkedListNode<CacheEntry> node)
    {
        _entries.Remove(node.Value.Key);
        _byUse.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    private void Release(List<(CacheEntry Entry, Eviction Why)> gone)
    {
        foreach (var (entry, why) in gone)
        {
            entry.Response.Release();
            Evicted?.Invoke(why);
        }
    }
}
