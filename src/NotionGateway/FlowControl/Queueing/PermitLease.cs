using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>
/// A turn, or why there is none. A turn is used up by <see cref="MarkSent"/>; one that is disposed of unused goes back to
/// the connection.
/// </summary>
internal sealed class PermitLease : RateLimitLease
{
    /// <summary>Stands in place of the number of sends once the turn has gone back: what is still sent after that is never its first.</summary>
    private const int Returned = int.MinValue;

    private static readonly string[] Names = [MetadataName.RetryAfter.Name, MetadataName.ReasonPhrase.Name];

    private readonly ConnectionQueue? _queue;
    private int _sends;

    public PermitLease(ConnectionQueue connectionQueue) => _queue = connectionQueue;

    public PermitLease(Refusal refusal, WaitOutcome outcome) => (Refusal, Outcome) = (refusal, outcome);

    /// <summary>Why there is no turn; null if there is one.</summary>
    public Refusal? Refusal { get; }

    /// <summary>How the waiting ended.</summary>
    public WaitOutcome Outcome { get; }

    public override bool IsAcquired => _queue is not null;

    /// <summary>Whether bytes of the request may have left.</summary>
    public bool IsSent => Sends > 0;

    public override IEnumerable<string> MetadataNames => Refusal is null ? [] : Names;

    /// <summary>How often it was sent: more than once if the HTTP client has repeated it by itself.</summary>
    public int Sends => Math.Max(0, Volatile.Read(ref _sends));

    /// <summary>To be called right before the first byte goes out: from now on the turn counts. Each further call counts as a send of its own.</summary>
    public void MarkSent()
    {
        if (Interlocked.Increment(ref _sends) == 1)
        {
            _queue!.Budget.MarkSent();
        }
        else
        {
            _queue!.Budget.CountSend();
        }
    }

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = metadataName == MetadataName.RetryAfter.Name ? Refusal?.RetryAfter
            : metadataName == MetadataName.ReasonPhrase.Name ? Refusal?.Reason.Name
            : null;
        return metadata is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (_queue is not null && Interlocked.CompareExchange(ref _sends, Returned, 0) == 0)
        {
            _queue.Return();
        }

        base.Dispose(disposing);
    }
}

/// <summary>How waiting for a turn ended.</summary>
internal enum WaitOutcome
{
    Granted,

    /// <summary>Turned away at once.</summary>
    Denied,

    /// <summary>No turn came in time.</summary>
    Expired,

    /// <summary>The place was taken away for somebody who held less.</summary>
    Evicted,

    /// <summary>The caller hung up.</summary>
    Cancelled,

    /// <summary>The program ended.</summary>
    Shutdown,
}
