namespace NotionGateway.Telemetry;

/// <summary>The lines about requests. They hold names from closed sets, numbers and ids; never a key or a token, and of a path at most its template.</summary>
internal static partial class TelemetryLog
{
    [LoggerMessage(7001, LogLevel.Information, "{Method} {Operation} -> {Status} {Outcome} in {ElapsedMs:0.0} ms (caller {Caller}, credential {Credential}, queue {QueueMs:0.0} ms, Notion {UpstreamMs:0.0} ms, sent {Attempts}x, Notion's id {NotionRequestId}, id {RequestId})", EventName = "Request", SkipEnabledCheck = true)]
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

    [LoggerMessage(7002, LogLevel.Warning, "Denied {Status} {Reason}: caller {Caller}, credential {Credential}, operation {Operation}, id {RequestId}. {Explanation}", EventName = "Denial")]
    public static partial void Denial(
        this ILogger log, int status, string reason, string caller, string credential, string operation, string requestId, string explanation);

    [LoggerMessage(7003, LogLevel.Warning, "{LeftOut} requests without a valid key have no lines of their own above.", EventName = "StrangersLeftOut")]
    public static partial void LeftOut(this ILogger log, int leftOut);

    [LoggerMessage(7004, LogLevel.Error, "A request failed in a way that was not foreseen (id {RequestId}).", EventName = "Unforeseen")]
    public static partial void Unforeseen(this ILogger log, string requestId, Exception exception);

    [LoggerMessage(7005, LogLevel.Warning, "{LeftOut} more denied requests of caller {Caller} were not logged.", EventName = "DenialsLeftOut")]
    public static partial void DenialsLeftOut(this ILogger log, int leftOut, string caller);
}
