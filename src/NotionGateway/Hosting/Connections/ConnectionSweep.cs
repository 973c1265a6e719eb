namespace NotionGateway.Hosting.Connections;

/// <summary>Closes connections that have been open too long without saying whose they are. One timer for all of them.</summary>
internal sealed class ConnectionSweep(ConnectionTable table, TimeProvider time, ILogger<ConnectionSweep> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        await using var stop = stoppingToken.Register(timer.Dispose);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            try
            {
                table.Sweep();
            }
            catch (Exception exception)
            {
                log.ConnectionSweepFailed(exception);
            }
        }
    }
}
