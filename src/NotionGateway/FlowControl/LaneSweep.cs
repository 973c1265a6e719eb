namespace NotionGateway.FlowControl;

/// <summary>Lets lanes go that have been idle for a whole window. One timer for all of them.</summary>
internal sealed class LaneSweep(LaneTable lanes, TimeProvider time, ILogger<LaneSweep> log) : BackgroundLoop(TimeSpan.FromSeconds(30), time, log)
{
    protected override Task BeatAsync(CancellationToken stopping)
    {
        lanes.Sweep();
        return Task.CompletedTask;
    }
}
