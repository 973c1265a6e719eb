using System.Threading.RateLimiting;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>A place in a connection queue. All but its end is touched under that queue's lock only.</summary>
internal sealed class QueuedRequest(PermitRequest request, ConnectionQueue connectionQueue, TimeSpan since = default)
{
    private readonly TaskCompletionSource<RateLimitLease> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _hangUp;

    public PermitRequest Request => request;

    /// <summary>When it began to wait, by the <see cref="MonotonicTime"/>.</summary>
    public TimeSpan Since => since;

    /// <summary>The connection queue it waits in now; credentials that turn out to be one connection are brought together.</summary>
    public ConnectionQueue ConnectionQueue { get; set; } = connectionQueue;

    public Task<RateLimitLease> End => _end.Task;

    // Its place among those of the same caller.
    public Flow? Flow { get; set; }

    public QueuedRequest? Before { get; set; }

    public QueuedRequest? After { get; set; }

    /// <summary>Its place in the heap of deadlines; -1 if it is in none.</summary>
    public int DeadlineIndex { get; set; } = -1;

    public void LeaveOn(CancellationToken callerGone)
    {
        if (callerGone.CanBeCanceled)
        {
            _hangUp = callerGone.UnsafeRegister(static (state, token) => ConnectionQueue.Leave((QueuedRequest)state!, token), this);
        }
    }

    /// <summary>Has the permit, also for others that its response serves.</summary>
    public void Grant(ConnectionQueue from, PermitId permit, IReadOnlyList<QueuedRequest> others)
    {
        if (others.Count == 0)
        {
            Finish(new PermitLease(from, permit));
            return;
        }

        var shared = new SharedPermit(from, others.Count);
        foreach (var other in others)
        {
            other.Finish(new PermitLease(shared));
        }

        Finish(new PermitLease(shared, permit));
    }

    public void Refuse(Refusal refusal, WaitOutcome outcome)
    {
        // First the memory: the next holder of this place may need it now.
        request.Held?.Dispose();
        Finish(new PermitLease(refusal, outcome));
    }

    public void Abandon(CancellationToken callerGone) => _end.TrySetCanceled(callerGone);

    private void Finish(PermitLease lease)
    {
        _hangUp.Unregister();
        _end.TrySetResult(lease);
    }
}
