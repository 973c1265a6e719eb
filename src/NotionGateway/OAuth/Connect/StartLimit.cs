using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Connect;

/// <summary>
/// Bounds how many people can be on their way with one link, and by that the rows they leave in the store: so many starts in
/// the time that a start lives. It counts in this process only; several have several times the bound.
/// </summary>
internal sealed class StartLimit(TimeProvider time)
{
    public const int Most = 20;

    private readonly Lock _counting = new();

    /// <summary>A link is forgotten when the last of its starts has passed.</summary>
    private readonly BoundedCache<KeyDigest, Queue<TimeSpan>> _starts = new(KeyLimits.Links, ConsentStart.Timeout, time);

    public bool TryTake(KeyDigest link)
    {
        var now = time.Monotonic();
        lock (_counting)
        {
            var starts = _starts.TryGet(link, out var known) ? known : new Queue<TimeSpan>();
            Trim(starts, now);
            if (starts.Count >= Most)
            {
                return false;
            }

            starts.Enqueue(now);
            _starts.Set(link, starts);
            return true;
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
