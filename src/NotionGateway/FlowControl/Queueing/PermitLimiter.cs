using System.Threading.RateLimiting;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>
/// The limiter that stages ask for permits, in the terms of System.Threading.RateLimiting: a partition is a
/// connection queue, and a lease is used up by being sent.
/// </summary>
internal sealed class PermitLimiter(ConnectionQueues connectionQueues) : PartitionedRateLimiter<PermitRequest>
{
    private long _asked;

    public override RateLimiterStatistics GetStatistics(PermitRequest resource)
    {
        var connectionQueue = connectionQueues.For(resource.Credential);
        var use = connectionQueue.Budget.Use();
        return new RateLimiterStatistics { CurrentAvailablePermits = Math.Max(0, use.Limit - use.Used), CurrentQueuedCount = connectionQueue.Waiting().Count };
    }

    /// <summary>A permit if there is one right now.</summary>
    protected override RateLimitLease AttemptAcquireCore(PermitRequest resource, int permitCount)
    {
        using var atOnce = new CancellationTokenSource();
        var asking = AcquireAsyncCore(resource, permitCount, atOnce.Token);
        atOnce.Cancel();
        return asking.IsCompletedSuccessfully
            ? asking.Result
            : new PermitLease(QueueRefusals.WaitTooLong(TimeSpan.FromSeconds(1), ahead: 0), WaitOutcome.Denied);
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(PermitRequest resource, int permitCount, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(permitCount, 1);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<RateLimitLease>(cancellationToken);
        }

        if (resource.Number == 0)
        {
            resource.Number = Interlocked.Increment(ref _asked);
        }

        while (true)
        {
            // Null if the queue went out of use in this moment; there is another now.
            if (connectionQueues.For(resource.Credential).Acquire(resource, cancellationToken) is { } lease)
            {
                return lease;
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connectionQueues.Close();
        }

        base.Dispose(disposing);
    }
}
