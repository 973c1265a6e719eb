using System.Diagnostics;
using NotionGateway.Access;
using NotionGateway.Bodies;
using NotionGateway.Caching;
using NotionGateway.FlowControl;
using NotionGateway.Forwarding;
using NotionGateway.Notion;

namespace NotionGateway.Telemetry;

/// <summary>Told of each request that has ended.</summary>
internal delegate void RequestEnded(in RequestFacts facts, string id, TimeSpan elapsed);

/// <summary>What is told of a request that has ended, gathered from what the stages have published.</summary>
internal readonly record struct RequestFacts
{
    /// <summary>The label where no credential was chosen.</summary>
    public const string NoCredential = "none";

    /// <summary>The label of whatever is not in the table of operations.</summary>
    public const string Unlisted = "unlisted";

    public Caller? Caller { get; init; }

    public CredentialName? Credential { get; init; }

    public NotionOperation? Operation { get; init; }

    public int Attempts { get; init; }

    public TimeSpan Queued { get; init; }

    /// <summary>The pauses before it was sent again.</summary>
    public TimeSpan Paused { get; init; }

    public UpstreamTiming Upstream { get; init; }

    /// <summary>Why the gateway itself said no; null if it did not.</summary>
    public Refusal? Refusal { get; init; }

    public RequestOutcome Outcome { get; init; }

    public int Status { get; init; }

    /// <summary>The beginning of the hash of the key that a denied request presented.</summary>
    public string? Key { get; init; }

    /// <summary>The address that a denied request came from.</summary>
    public string? Peer { get; init; }

    /// <summary>The trace of the gateway's own span, else the one that a known caller says its request belongs to; default if there is none.</summary>
    public ActivityTraceId Trace { get; init; }

    public string CallerName => Caller?.Name ?? Access.Caller.Unknown;

    public string CredentialText => Credential?.Value ?? NoCredential;

    public string OperationName => Operation?.Name ?? Unlisted;

    public static RequestFacts Of(HttpContext context)
    {
        var refusal = context.GatewayRequest().Refusal;
        var upstream = context.UpstreamTiming();
        var outcome = RequestOutcomes.Of(upstream.CutOffBy is not null, context.HasHungUp(), refusal, context.IsServedFromCache());
        var (caller, operation, credential) = context.FoundByAccess();
        var sending = context.Sending();
        return new RequestFacts
        {
            Caller = caller,
            Credential = sending?.CredentialName ?? credential,
            Operation = operation,
            Attempts = sending?.Attempts ?? 0,
            Queued = sending?.Queued ?? TimeSpan.Zero,
            Paused = sending?.Paused ?? TimeSpan.Zero,
            Upstream = upstream,
            Refusal = refusal,
            Key = refusal is null ? null : context.PresentedKey(),
            Peer = refusal is null ? null : PeerOf(context),
            Trace = context.GatewayRequest().Span.Activity?.TraceId ?? (caller is null ? default : CallersTrace(context.Request)),
            Outcome = outcome,
            Status = outcome == RequestOutcome.Cancelled ? RequestOutcomes.HungUp : refusal?.Reason.Status ?? context.Response.StatusCode,
        };
    }

    private static ActivityTraceId CallersTrace(HttpRequest request) =>
        request.Headers.TraceParent is [{ } header] && ActivityContext.TryParse(header, null, isRemote: true, out var remote) ? remote.TraceId : default;

    private static string? PeerOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : null;
}
