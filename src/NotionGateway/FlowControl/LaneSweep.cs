namespace NotionGateway.FlowControl;

/// <summary>Lets lanes go that have been idle for a whole window. One timer for all of them.</summary>
internal sealed class LaneSweep(LaneTable lanes, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        await using var stop = stoppingToken.Register(timer.Dispose);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            lanes.Sweep();
        }
    }
}
