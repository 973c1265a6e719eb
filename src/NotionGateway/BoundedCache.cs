namespace NotionGateway;

/// <summary>
/// Remembers so many values, each for a time after it was last set. At the bound the one that was set longest ago goes, so that a flood of new
/// keys never empties it at once.
/// </summary>
internal sealed class BoundedCache<TKey, TValue>(int most, TimeSpan kept, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _byKey = [];

    /// <summary>The oldest first. All are kept equally long, so they end in this order.</summary>
    private readonly LinkedList<Entry> _byAge = new();
    private volatile int _count;

    /// <summary>How many are remembered; those whose time has passed go with the next look.</summary>
    public int Count => _count;

    public bool TryGet(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value)
    {
        if (_count == 0)
        {
            value = default;
            return false;
        }

        lock (_gate)
        {
            ForgetOld();
            if (_byKey.TryGetValue(key, out var node))
            {
                value = node.Value.Value;
                return true;
            }

            value = default;
            return false;
        }
    }

    public void Set(TKey key, TValue value)
    {
        lock (_gate)
        {
            ForgetOld();
            Drop(key);
            if (_byKey.Count == most && _byAge.First is { } oldest)
            {
                Drop(oldest.Value.Key);
            }

            _byKey[key] = _byAge.AddLast(new Entry(key, value, time.GetTimestamp()));
            _count = _byKey.Count;
        }
    }

    public void Remove(TKey key)
    {
        if (_count == 0)
        {
            return;
        }

        lock (_gate)
        {
            Drop(key);
            ForgetOld();
        }
    }

    /// <summary>The same without some of the values; their ages do not change.</summary>
    public BoundedCache<TKey, TValue> Without(Func<TValue, bool> unwanted)
    {
        var copy = new BoundedCache<TKey, TValue>(most, kept, time);
        lock (_gate)
        {
            foreach (var entry in _byAge.Where(entry => !unwanted(entry.Value)))
            {
                copy._byKey[entry.Key] = copy._byAge.AddLast(entry);
            }
        }

        copy._count = copy._byKey.Count;
        return copy;
    }

    private void ForgetOld()
    {
        while (_byAge.First is { } oldest && time.GetElapsedTime(oldest.Value.At) >= kept)
        {
            Drop(oldest.Value.Key);
        }

        _count = _byKey.Count;
    }

    private void Drop(TKey key)
    {
        if (_byKey.Remove(key, out var node))
        {
            _byAge.Remove(node);
        }
    }

    private readonly record struct Entry(TKey Key, TValue Value, long At);
}
