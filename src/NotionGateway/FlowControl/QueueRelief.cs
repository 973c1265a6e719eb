namespace NotionGateway.FlowControl;

/// <summary>
/// When the memory for all bodies is used up: takes it from the caller that holds most over its share in the queues of all
/// lanes, so that one caller cannot keep the others out. What is not waiting cannot be taken.
/// </summary>
internal sealed class QueueRelief(LaneTable lanes)
{
    /// <summary>Frees some memory for a caller that needs more; false if no other caller holds more over its share.</summary>
    public bool TryFree(string caller, double weight, long bytes)
    {
        var waiting = lanes.Bindings.Select(binding => binding.Lane).Distinct().SelectMany(lane => lane.Waiting()).Where(turn => turn.Request.Bytes > 0);
        var callers = waiting.GroupBy(turn => turn.Request.Caller, StringComparer.Ordinal).ToList();
        var own = callers.Find(group => group.Key == caller)?.Sum(turn => (long)turn.Request.Bytes) ?? 0;
        var most = callers.Where(group => group.Key != caller).MaxBy(Share);
        if (most is null || Share(most) <= (own + bytes) / weight)
        {
            return false;
        }

        Lane.Displace(most.MaxBy(turn => turn.Request.Number)!);
        return true;
    }

    private static double Share(IGrouping<string, WaitingTurn> caller) => caller.Sum(turn => turn.Request.Bytes / turn.Request.Weight);
}
