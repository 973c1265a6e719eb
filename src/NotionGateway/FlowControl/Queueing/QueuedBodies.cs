using NotionGateway.Bodies;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>The bodies in memory of all requests that wait in a queue, the newest first. What is on its way to Notion is not among them.</summary>
internal sealed class QueuedBodies(ConnectionQueues connectionQueues)
{
    public IEnumerable<HeldBody> All() => connectionQueues.Bindings
        .Select(binding => binding.ConnectionQueue)
        .Distinct()
        .SelectMany(connectionQueue => connectionQueue.Waiting())
        .OrderByDescending(permit => permit.Request.Number)
        .Select(permit => new HeldBody(permit.Request.Caller, permit.Request.Weight, permit.Request.Bytes, () => ConnectionQueue.Evict(permit)));
}
