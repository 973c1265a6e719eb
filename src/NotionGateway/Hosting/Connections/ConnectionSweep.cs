
namespace NotionGateway.Hosting.Connections;

/// <summary>Closes connections that have been open too long without saying whose they are. One timer for all of them.</summary>
internal sealed class ConnectionSweep(ConnectionTable table, TimeProvider time, ILogger<ConnectionSweep> log)
    : BackgroundLoop(TimeSpan.FromSeconds(1), time, log)
{
    protected override Task TickAsync(CancellationToken stopping)
    {
        table.Sweep();
        return Task.CompletedTask;
    }
}
