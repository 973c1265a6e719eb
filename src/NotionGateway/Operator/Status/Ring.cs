namespace NotionGateway.Operator.Status;

/// <summary>Keeps the last so many of what is added, and nothing older.</summary>
internal sealed class Ring<T>(int capacity)
{
    private readonly Lock _gate = new();
    private readonly T[] _entries = new T[capacity];
    private long _added;

    public void Add(in T entry)
    {
        lock (_gate)
        {
            _entries[_added++ % _entries.Length] = entry;
        }
    }

    /// <summary>What is kept, the newest first.</summary>
    public IReadOnlyList<T> NewestFirst()
    {
        lock (_gate)
        {
            var newest = new T[Math.Min(_added, _entries.Length)];
            for (var index = 0; index < newest.Length; index++)
            {
                newest[index] = _entries[(_added - 1 - index) % _entries.Length];
            }

            return newest;
        }
    }
}
