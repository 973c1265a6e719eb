using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>
/// A permit, or why there is none. A permit is used up by <see cref="MarkSent"/>; one that is disposed of unused goes back to
/// the connection.
/// </summary>
internal sealed class PermitLease : RateLimitLease
{
    /// <summary>Replaces the number of sends once the permit has gone back: what is still sent after that is never its first.</summary>
    private const int Returned = int.MinValue;

    private static readonly string[] Names = [MetadataName.RetryAfter.Name, MetadataName.ReasonPhrase.Name];

    /// <summary>The queue that it came from, or the refusal: one field for both, since there is a lease for every request.</summary>
    private readonly object _source;
    private readonly PermitId _permit;
    private int _sends;

    public PermitLease(ConnectionQueue connectionQueue, PermitId permit) => (_source, _permit) = (connectionQueue, permit);

    public PermitLease(Refusal refusal, WaitOutcome outcome) => (_source, Outcome) = (refusal, outcome);

    /// <summary>Why there is no permit; null if there is one.</summary>
    public Refusal? Refusal => _source as Refusal;

    /// <summary>How the waiting ended.</summary>
    public WaitOutcome Outcome { get; }

    public override bool IsAcquired => Queue is not null;

    private ConnectionQueue? Queue => _source as ConnectionQueue;

    /// <summary>Whether bytes of the request may have left.</summary>
    public bool IsSent => Sends > 0;

    public override IEnumerable<string> MetadataNames => Refusal is null ? [] : Names;

    /// <summary>How often it was sent: more than once if the HTTP client has repeated it automatically.</summary>
    public int Sends => Math.Max(0, Volatile.Read(ref _sends));

    /// <summary>Call this right before the first byte goes out: from now on the permit counts. Each further call counts as a send of its own.</summary>
    public void MarkSent()
    {
        var budget = Queue?.Budget ?? throw new InvalidOperationException("Nothing may be sent without a permit.");
        if (Interlocked.Increment(ref _sends) == 1)
        {
            budget.MarkSent(_permit);
        }
        else
        {
            budget.CountSend();
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
        if (Queue is { } queue && Interlocked.CompareExchange(ref _sends, Returned, 0) == 0)
        {
            queue.Return(_permit);
        }

        base.Dispose(disposing);
    }
}

/// <summary>How waiting for a permit ended.</summary>
internal enum WaitOutcome
{
    Granted,

    /// <summary>Denied at once.</summary>
    Denied,

    /// <summary>No permit came in time.</summary>
    Expired,

    /// <summary>Evicted in favour of a caller that held less.</summary>
    Evicted,

    /// <summary>The caller hung up.</summary>
    Cancelled,

    /// <summary>The program ended.</summary>
    Shutdown,
}
