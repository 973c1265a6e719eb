using NotionGateway.Credentials.Sources;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.FlowControl.Attempts;

/// <summary>One attempt to send a request: its number, counted from 1, the token as it is now, and its permit.</summary>
internal sealed class Attempt(Sending sending, NotionToken token, PermitLease lease, AttemptJudge judge, PermitRequest permit)
{
    public int Number { get; } = sending.Attempts;

    /// <summary>The request that is sent.</summary>
    public Sending Sending => sending;

    public NotionToken Token => token;

    /// <summary>Call this right before the first byte goes out.</summary>
    public void MarkSent() => lease.MarkSent();

    /// <summary>Whether bytes of the request may have left.</summary>
    public bool IsSent => lease.IsSent;

    /// <summary>Notion asks for a pause, and its response's body has yet to say of what: meanwhile nothing more is sent.</summary>
    public void ExpectPause() => judge.ExpectPause(permit);

    /// <summary>What happens to Notion's response.</summary>
    public AttemptVerdict Judge(UpstreamResponse response) => judge.OfResponse(sending, permit, response);
}

/// <summary>What happens to a response.</summary>
/// <param name="Instead">What happens instead of handing it on; null if it is passed on.</param>
/// <param name="Pause">How long Notion wants nothing more, if it does.</param>
internal readonly record struct AttemptVerdict(AttemptOutcome? Instead, TimeSpan? Pause = null);

/// <summary>How one sending ended.</summary>
internal abstract record AttemptOutcome
{
    /// <summary>Notion's response went to the caller, or was cut off on the way; nothing more can be done.</summary>
    public sealed record HandedOn : AttemptOutcome
    {
        public static readonly HandedOn Instance = new();
    }

    /// <summary>Notion returned 401; the response was not passed on to the caller.</summary>
    public sealed record Unauthorized : AttemptOutcome
    {
        public static readonly Unauthorized Instance = new();
    }

    /// <summary>The response was not passed on to the caller: the request is to be sent again, no sooner than after the wait.</summary>
    public sealed record Repeat(RetryCause Cause, TimeSpan Wait) : AttemptOutcome;

    /// <summary>There is no response to pass on. The request may be retried if the connection failed, or if Notion says that it did nothing.</summary>
    public sealed record Failed(Refusal Refusal, bool IsConnectionLoss = false, bool NothingDone = false) : AttemptOutcome;
}
