using NotionGateway.Credentials;
using NotionGateway.Credentials.Sources;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Notion;

namespace NotionGateway.FlowControl.Attempts;

/// <summary>One attempt to send a request: its number, counted from 1, the token as it is now, and its permit.</summary>
internal sealed class Attempt(Sending sending, CredentialState state, NotionToken token, PermitLease lease, AttemptJudge judge, PermitRequest permit)
{
    public int Number { get; } = sending.Attempts;

    /// <summary>The response that another request's permit has brought: nothing is to be sent. Null if this one is to be sent.</summary>
    public WholeResponse? Response { get; init; }

    /// <summary>What the permit is shared by; null if the response is for this request alone.</summary>
    public SharedPermit? Shared => lease.Shared;

    /// <summary>Fires when nobody is left who waits for the response.</summary>
    public CancellationToken ReaderGone { get; set; } = lease.Shared?.NobodyLeft ?? sending.Request.CallerGone;

    /// <summary>Whom the token belongs to.</summary>
    public ConnectionKey Connection => state.Connection();

    /// <summary>The request that is sent.</summary>
    public Sending Sending => sending;

    public NotionToken Token => token;

    /// <summary>What is known of the credential that the token is from.</summary>
    public CredentialState State => state;

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
    /// <param name="IsWhole">Whether it is known to be all of the response.</param>
    /// <param name="IsNotions">Whether its body is Notion's own.</param>
    public sealed record HandedOn(bool IsWhole, bool IsNotions) : AttemptOutcome
    {
        public static readonly HandedOn Instance = new(IsWhole: false, IsNotions: true);
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
