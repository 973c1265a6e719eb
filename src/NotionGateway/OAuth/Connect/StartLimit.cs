namespace NotionGateway.OAuth.Connect;

/// <summary>
/// Bounds how many people can be on their way with one link, and by that the rows they leave in the store: so many starts in
/// the time that a start lives. It counts in this process only; several have several times the bound.
/// </summary>
internal sealed class StartLimit(TimeProvider time)
{
    public const int Most = 20;

    private readonly Lock _counting = new();
    private readonly Dictionary<KeyDigest, Queue<TimeSpan>> _starts = [];
    private TimeSpan _lookedThrough;

    public bool TryTake(KeyDigest link)
    {
        var now = time.Monotonic();
        lock (_counting)
        {
            ForgetOld(now);
            if (!_starts.TryGetValue(link, out var starts))
            {
                _starts[link] = starts = new Queue<TimeSpan>();
            }

            Trim(starts, now);
            if (starts.Count >= Most)
            {
                return false;
            }

            starts.Enqueue(now);
            return true;
        }
    }

    /// <summary>Links are not many, but a process may run for years.</summary>
    private void ForgetOld(TimeSpan now)
    {
        if (now - _lookedThrough < ConsentStart.Timeout)
        {
            return;
        }

        _lookedThrough = now;
        foreach (var (link, starts) in _starts.ToList())
        {
            Trim(starts, now);
            if (starts.Count == 0)
            {
                _starts.Remove(link);
            }
        }
    }

    private static void Trim(Queue<TimeSpan> starts, TimeSpan now)
    {
        while (starts.TryPeek(out var oldest) && now - oldest >= ConsentStart.Timeout)
        {
            starts.Dequeue();
        }
    }
}
