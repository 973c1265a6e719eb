using NotionGateway.FlowControl.Budget;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>
/// Who may begin to wait in a connection queue: not a request that would wait for nothing, and in a full queue only a caller that holds less of it than
/// another does. What it is given is the queue's own, under the queue's lock.
/// </summary>
internal sealed class QueueAdmission(FairQueue queue, IPermitBudget budget, QueuePauses pauses, TimeProvider time, Reloadable<FlowControlOptions> options)
{
    /// <summary>Why the request may not wait; null if it may, and then there is room for it.</summary>
    public PermitLease? Deny(PermitRequest request)
    {
        var refusal = InVain(request) ?? MakeRoom(request);
        return refusal is null ? null : new PermitLease(refusal, WaitOutcome.Denied);
    }

    /// <summary>How long a new request would wait now, if at least so many permits are given before its own.</summary>
    public TimeSpan WaitFor(PermitRequest request, int leastAhead = 0) =>
        WhenFor(request, Math.Max(leastAhead, queue.Ahead(request))) - time.Monotonic();

    public void Evict(QueuedRequest queued)
    {
        queue.Remove(queued);
        queued.Refuse(QueueRefusals.Evicted(WaitFor(queued.Request)), WaitOutcome.Evicted);
    }

    private Refusal? InVain(PermitRequest request)
    {
        var pause = PauseFor(request);
        if (pause > request.Deadline)
        {
            return QueueRefusals.CoolingDown(pause - time.Monotonic());
        }

        // Most often even the very last place is early enough; only if not is it worth counting who goes before.
        if (WhenFor(request, queue.Count) <= request.Deadline || queue.Alike.ServesInTime(request))
        {
            return null;
        }

        var ahead = queue.Ahead(request);
        var when = WhenFor(request, ahead);
        return when > request.Deadline ? QueueRefusals.WaitTooLong(when - time.Monotonic(), ahead) : null;
    }

    private Refusal? MakeRoom(PermitRequest request)
    {
        var (most, mostBytes) = (options.Current.MaxQueuedRequests, options.Current.MaxQueuedBytes);
        while (queue.Count >= most || queue.Bytes + request.Bytes > mostBytes)
        {
            if (queue.MostOverShare(request, byBytes: queue.Count < most) is not { } other)
            {
                return QueueRefusals.QueueFull(WaitFor(request));
            }

            Evict(other);
        }

        return null;
    }

    private TimeSpan WhenFor(PermitRequest request, int ahead) => MonotonicTime.Later(PauseFor(request), budget.Estimate(ahead));

    private TimeSpan PauseFor(PermitRequest request) => MonotonicTime.Later(budget.PausedUntil, pauses.EndFor(request.Operation));
}
