using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Connect;

/// <summary>
/// Limits how often one link can be started, and so the rows in the store: a number of starts in the time that a start is
/// valid. It counts in this process only; several processes have several times the limit.
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
