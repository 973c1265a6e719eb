
namespace NotionGateway.FlowControl.Queueing;

/// <summary>Lets connection queues go that have been idle for a whole window. One timer for all of them.</summary>
internal sealed class QueueSweep(ConnectionQueues connectionQueues, TimeProvider time, ILogger<QueueSweep> log)
    : BackgroundLoop(TimeSpan.FromSeconds(30), time, log)
{
    protected override Task TickAsync(CancellationToken stopping)
    {
        connectionQueues.Sweep();
        return Task.CompletedTask;
    }
}
