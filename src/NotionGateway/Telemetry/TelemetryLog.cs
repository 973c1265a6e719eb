namespace NotionGateway.Telemetry;

/// <summary>The lines about requests. They hold names from closed sets, numbers and ids; never a key or a token, and of a path at most its template.</summary>
internal static partial class TelemetryLog
{
    [LoggerMessage(
        7001,
        LogLevel.Information,
        "{Method} {Operation} -> {Status} {Outcome} in {ElapsedMs:0.0} ms (caller {Caller}, credential {Credential}, queue {QueueMs:0.0} ms, "
            + "Notion {UpstreamMs:0.0} ms, sent {Attempts}x, Notion's id {NotionRequestId}, id {RequestId})",
        EventName = "Request",
        SkipEnabledCheck = true)]
    public static partial void Request(
        this ILogger log,
        string method,
        string operation,
        int status,
        string outcome,
        double elapsedMs,
        string caller,
        string credential,
        double queueMs,
        double upstreamMs,
        int attempts,
        string? notionRequestId,
        string requestId);

    /// <summary>A request that the gateway itself denied, or could not get a response for. It takes the place of the line above.</summary>
    [LoggerMessage(
        EventId = 7002,
        EventName = "Denial",
        Message = "Denied {Status} {Reason}: {Method} {Operation}, caller {Caller}, credential {Credential}, {Outcome} in {ElapsedMs:0.0} ms "
            + "(queue {QueueMs:0.0} ms, Notion {UpstreamMs:0.0} ms, sent {Attempts}x, Notion's id {NotionRequestId}, id {RequestId}, "
            + "key {Key}, peer {Peer}). {Explanation}{Problem}")]
    public static partial void Denial(
        this ILogger log,
        LogLevel level,
        int status,
        string reason,
        string method,
        string operation,
        string caller,
        string credential,
        string outcome,
        double elapsedMs,
        double queueMs,
        double upstreamMs,
        int attempts,
        string? notionRequestId,
        string requestId,
        string? key,
        string? peer,
        string explanation,
        string problem,
        Exception? exception);

    /// <summary>A request whose response was cut off after its head had gone out. It takes the place of the first line.</summary>
    [LoggerMessage(
        7004,
        LogLevel.Warning,
        "{Method} {Operation} -> {Status}, aborted after {ElapsedMs:0.0} ms (caller {Caller}, credential {Credential}, "
            + "Notion's id {NotionRequestId}, id {RequestId}): {Problem}",
        EventName = "AnswerCutOff")]
    public static partial void CutOff(
        this ILogger log,
        string method,
        string operation,
        int status,
        double elapsedMs,
        string caller,
        string credential,
        string? notionRequestId,
        string requestId,
        string? problem);

    [LoggerMessage(7003, LogLevel.Warning, "Suppressed messages about requests without a valid key: {LeftOut}.", EventName = "AnonymousLeftOut")]
    public static partial void AnonymousLeftOut(this ILogger log, int leftOut);

    [LoggerMessage(7005, LogLevel.Warning, "Suppressed messages about denied requests of caller {Caller}: {LeftOut}.", EventName = "DenialsLeftOut")]
    public static partial void DenialsLeftOut(this ILogger log, string caller, int leftOut);

    [LoggerMessage(
        7006,
        LogLevel.Warning,
        "The collector at {Collector} does not accept telemetry: {Problem}. Unsent telemetry is dropped; requests are not affected.",
        EventName = "CollectorUnreachable")]
    public static partial void CollectorUnreachable(this ILogger log, string collector, string problem);

    [LoggerMessage(7007, LogLevel.Information, "The collector at {Collector} accepts telemetry again.", EventName = "CollectorReachable")]
    public static partial void CollectorReachable(this ILogger log, string collector);
}
