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

    /// <summary>The queue that it came from, what it is shared by, or the refusal: one field for all, since there is a lease for every request.</summary>
    private readonly object _source;
    private readonly PermitId _permit;
    private int _sends;

    public PermitLease(ConnectionQueue connectionQueue, PermitId permit) => (_source, _permit) = (connectionQueue, permit);

    public PermitLease(Refusal refusal, WaitOutcome outcome) => (_source, Outcome) = (refusal, outcome);

    /// <summary>A permit whose response others wait for.</summary>
    public PermitLease(SharedPermit shared, PermitId permit) => (_source, _permit) = (shared, permit);

    /// <summary>No permit, but the response to a request that has one.</summary>
    public PermitLease(SharedPermit shared) => (_source, Outcome) = (shared, WaitOutcome.Joined);

    /// <summary>Why there is no permit; null if there is one.</summary>
    public Refusal? Refusal => _source as Refusal;

    /// <summary>How the waiting ended.</summary>
    public WaitOutcome Outcome { get; }

    public override bool IsAcquired => Queue is not null;

    /// <summary>What it is shared by; null if it is nobody else's.</summary>
    public SharedPermit? Shared => _source as SharedPermit;

    /// <summary>The response to the request that has the permit; null if there is none to share.</summary>
    public Task<SharedResponse?> ResponseAsync(CancellationToken callerGone) =>
        Shared?.Response.WaitAsync(callerGone) ?? Task.FromResult<SharedResponse?>(null);

    private ConnectionQueue? Queue => _source as ConnectionQueue ?? (Outcome == WaitOutcome.Granted ? Shared?.ConnectionQueue : null);

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
        var unused = Interlocked.CompareExchange(ref _sends, Returned, 0) == 0;
        if (Queue is { } queue)
        {
            Shared?.End();
            if (unused)
            {
                queue.Return(_permit);
            }
        }
        else if (unused)
        {
            Shared?.Leave();
        }

        base.Dispose(disposing);
    }
}

/// <summary>How waiting for a permit ended.</summary>
internal enum WaitOutcome
{
    Granted,

    /// <summary>Another request's permit serves this one too.</summary>
    Joined,

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
