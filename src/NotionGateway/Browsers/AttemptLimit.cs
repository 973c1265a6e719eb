namespace NotionGateway.Browsers;

/// <summary>
/// Limits how often something is tried: so many times in any span of this length, counted by key, for so many keys at most. It counts in this
/// process only; several processes have several times the limit.
/// </summary>
internal sealed class AttemptLimit<TKey>(int most, TimeSpan within, int mostKeys, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _counting = new();

    /// <summary>A key is forgotten when the last of its attempts has passed.</summary>
    private readonly BoundedCache<TKey, Queue<TimeSpan>> _attempts = new(mostKeys, within, time);

    /// <summary>Whether one more is allowed; if so, it is counted.</summary>
    public bool TryTake(TKey key)
    {
        lock (_counting)
        {
            var attempts = Of(key);
            if (attempts.Count >= most)
            {
                return false;
            }

            attempts.Enqueue(time.Monotonic());
            _attempts.Set(key, attempts);
            return true;
        }
    }

    /// <summary>Whether no more is allowed now, where only failures are counted.</summary>
    public bool IsUsedUp(TKey key)
    {
        lock (_counting)
        {
            return Of(key).Count >= most;
        }
    }

    private Queue<TimeSpan> Of(TKey key)
    {
        var now = time.Monotonic();
        var attempts = _attempts.TryGet(key, out var known) ? known : new Queue<TimeSpan>();
        while (attempts.TryPeek(out var oldest) && now - oldest >= within)
        {
            attempts.Dequeue();
        }

        return attempts;
    }
}
