namespace NotionGateway.Telemetry;

/// <summary>How a request ended, in one word.</summary>
internal enum RequestOutcome
{
    /// <summary>Notion's response was passed on completely, whatever its status.</summary>
    Answered,

    /// <summary>A stored response was given.</summary>
    Cached,

    /// <summary>The gateway denied the request without asking Notion.</summary>
    Denied,

    /// <summary>Notion was asked, and there was no complete response to pass on.</summary>
    Failed,

    /// <summary>The caller hung up.</summary>
    Cancelled,
}

/// <summary>Reads the outcome off a request that has ended.</summary>
internal static class RequestOutcomes
{
    /// <summary>The status in logs and metrics of a request whose caller hung up; it is never received.</summary>
    public const int HungUp = 499;

    public static RequestOutcome Of(bool cutOff, bool hungUp, Refusal? refusal, bool stored = false) =>
        cutOff ? RequestOutcome.Failed // first: aborting a response also ends the caller's connection
        : hungUp ? RequestOutcome.Cancelled
        : refusal is { Reason.Status: 500 or 502 or 504 } || refusal?.Reason == RefusalReason.UpstreamOverloaded ? RequestOutcome.Failed
        : refusal is not null ? RequestOutcome.Denied
        : stored ? RequestOutcome.Cached
        : RequestOutcome.Answered;

    public static string Label(this RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.Answered => "answered",
        RequestOutcome.Cached => "cached",
        RequestOutcome.Denied => "denied",
        RequestOutcome.Failed => "failed",
        _ => "cancelled",
    };
}
