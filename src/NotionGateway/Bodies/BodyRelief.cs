namespace NotionGateway.Bodies;

/// <summary>A body in memory that a caller can do without better than others: how much it takes, and how it is taken away.</summary>
internal sealed record HeldBody(string Caller, double Weight, long Bytes, Action TakeAway);

/// <summary>Lists the bodies of requests that wait, the newest first; the stage that makes them wait supplies it.</summary>
internal delegate IEnumerable<HeldBody> WaitingBodies();

/// <summary>
/// When the memory for all bodies is used up: takes it from the caller that holds most over its share, in bodies that are being read and
/// in all connection queues, so that one caller cannot keep the others out. What is on its way to Notion cannot be taken.
/// </summary>
internal static class BodyRelief
{
    /// <summary>Frees some memory for a caller that needs more; false if no other caller holds more over its share.</summary>
    public static bool TryFree(string caller, double weight, long bytes, IEnumerable<HeldBody> reading, IEnumerable<HeldBody> waiting)
    {
        // What is still being read has cost least, so it goes first; of what waits, the newest.
        var callers = reading.OrderByDescending(body => body.Bytes)
            .Concat(waiting)
            .Where(body => body.Bytes > 0)
            .GroupBy(body => body.Caller, StringComparer.Ordinal)
            .ToList();
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
