using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.UnitTests.FlowControl.Queueing;

/// <summary>What a request costs that finds a permit free: its lease and nothing else.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void A_free_permit_costs_its_lease_and_nothing_else()
    {
        const int Many = 1000;
        var queues = new Queues(options: Queues.Some(new PermitLimit(1_000_000, 1_000_000, 1_000_000, TimeSpan.FromMinutes(1), TimeSpan.Zero)));
        queues.Time.Advance(TimeSpan.FromMinutes(2));
        var queue = queues.Table.For(Queues.Credential());
        var request = new PermitRequest(Queues.Credential(), "crm", 1, TimeSpan.MaxValue);
        Use(queue, request, 2100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Use(queue, request, Many);
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Many;
        Assert.Equal(40, each);
    }

    private static void Use(ConnectionQueue queue, PermitRequest request, int times)
    {
        for (; times > 0; times--)
        {
            using var lease = (PermitLease)queue.Acquire(request, CancellationToken.None)!.Value.Result;
            lease.MarkSent();
        }
    }
}
