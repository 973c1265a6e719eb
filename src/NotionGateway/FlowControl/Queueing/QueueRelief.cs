namespace NotionGateway.FlowControl.Queueing;

/// <summary>A body in memory that a caller can do without better than others: how much it takes, and how it is taken away.</summary>
internal sealed record HeldBody(string Caller, double Weight, long Bytes, Action TakeAway);

/// <summary>
/// When the memory for all bodies is used up: takes it from the caller that holds most over its share, in bodies that are being read and
/// in all connection queues, so that one caller cannot keep the others out. What is on its way to Notion cannot be taken.
/// </summary>
internal sealed class QueueRelief(ConnectionQueues connectionQueues)
{
    /// <summary>Frees some memory for a caller that needs more; false if no other caller holds more over its share.</summary>
    public bool TryFree(string caller, double weight, long bytes, IEnumerable<HeldBody> reading)
    {
        // What is still being read has cost least, so it goes first; of what waits, the newest.
        var waiting = connectionQueues.Bindings.Select(binding => binding.ConnectionQueue).Distinct().SelectMany(connectionQueue => connectionQueue.Waiting())
            .OrderByDescending(queued => queued.Request.Number)
            .Select(queued => new HeldBody(queued.Request.Caller, queued.Request.Weight, queued.Request.Bytes, () => ConnectionQueue.Evict(queued)));
        var callers = reading.OrderByDescending(body => body.Bytes).Concat(waiting).Where(body => body.Bytes > 0).GroupBy(body => body.Caller, StringComparer.Ordinal).ToList();
        var own = callers.Find(group => group.Key == caller)?.Sum(body => body.Bytes) ?? 0;
        var most = callers.Where(group => group.Key != caller).MaxBy(Share);
        if (most is null || Share(most) <= (own + bytes) / weight)
        {
            return false;
        }

        most.First().TakeAway();
        return true;
    }

    private static double Share(IGrouping<string, HeldBody> caller) => caller.Sum(body => body.Bytes / body.Weight);
}
