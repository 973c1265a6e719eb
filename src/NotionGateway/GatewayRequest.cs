using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Access;
using NotionGateway.Bodies;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.Notion;

namespace NotionGateway;

/// <summary>
/// What the stages have learned about one request, in the order in which they learn it. Each stage fills its own part
/// and reads those before it.
/// </summary>
internal sealed class GatewayRequest(Guid id, long startedAt, CancellationToken callerGone)
{
    /// <summary>The gateway's own id for the request: in its refusals and its access line.</summary>
    public string Id => id.ToString();

    /// <summary>A timestamp of the <see cref="TimeProvider"/>.</summary>
    public long StartedAt => startedAt;

    /// <summary>Fires when the caller hangs up. A write under way goes on all the same.</summary>
    public CancellationToken CallerGone => callerGone;

    /// <summary>The body as it comes from the caller; null if there is none.</summary>
    public CallerBody? Incoming { get; init; }

    /// <summary>Whether the caller has hung up: its body may tell before the connection does.</summary>
    public bool HungUp => callerGone.IsCancellationRequested || Incoming is { HungUp: true };

    /// <summary>Fires when the program ends and can wait no longer, not even for a write.</summary>
    public CancellationToken TimeUp { get; set; }

    /// <summary>The span of the whole request; null where it is not traced.</summary>
    public Activity? Span { get; set; }

    /// <summary>Whether requests are traced, but not this one.</summary>
    public bool IsUnsampled { get; set; }

    // Access
    /// <summary>How many credentials stood in the query.</summary>
    public int QueryTokens { get; set; }

    public Caller? Caller { get; set; }

    /// <summary>Whether it came from an operator, on the listener for those.</summary>
    public bool IsOperators { get; set; }

    /// <summary>Whether whoever sent it has proved who they are.</summary>
    public bool IsKnown => Caller is not null || IsOperators;

    public NotionOperation? Operation { get; set; }

    public CredentialName? Credential { get; set; }

    /// <summary>The one grant that the key opens, if it is a key for one.</summary>
    public string? BoundGrant { get; set; }

    /// <summary>What it was let in by, to be judged again after it has waited.</summary>
    public Admission? Admission { get; set; }

    /// <summary>The exact target that was judged and will be sent.</summary>
    public string Target { get; set; } = "";

    // Credentials
    public Credential? Connection { get; set; }

    // Forwarding's intake
    /// <summary>The body in memory; null if there is none or if it streams.</summary>
    public BufferedBody? Body { get; set; }

    /// <summary>Whether body or answer are passed on as they come, without an end in time.</summary>
    public bool Streams { get; set; }

    /// <summary>Whether the body comes from the caller while it goes to Notion.</summary>
    public bool Uploads { get; set; }

    /// <summary>Whether the body can be sent again: it is in memory, or there is none.</summary>
    public bool CanRepeatBody { get; set; } = true;

    // FlowControl
    public Attempt? Attempt { get; set; }

    public int Attempts { get; set; }

    public TimeSpan Queued { get; set; }

    // Forwarding
    public AttemptOutcome? LastOutcome { get; set; }

    /// <summary>The time spent on Notion, over all attempts, up to their answers' heads.</summary>
    public TimeSpan Upstream { get; set; }

    /// <summary>Notion's own id of the request, from its answer.</summary>
    public string? NotionRequestId { get; set; }

    /// <summary>Whether Notion's answer broke off after it had begun to go out.</summary>
    public bool CutOff { get; set; }

    /// <summary>What broke it off, for the log.</summary>
    public string? CutOffBy { get; set; }

    // How it ended, if the gateway itself said no
    public Refusal? Refusal { get; set; }
}

/// <summary>Where a request's feature is kept.</summary>
internal static class GatewayRequestFeature
{
    public static GatewayRequest GatewayRequest(this HttpContext context) => context.Features.GetRequiredFeature<GatewayRequest>();
}
