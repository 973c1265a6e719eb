namespace NotionGateway.Forwarding;

/// <summary>What went wrong between the gateway and Notion, for the operator.</summary>
internal static partial class ForwardingLog
{
    /// <summary>One of possibly several sendings; the line of the request says how it ended.</summary>
    [LoggerMessage(5001, LogLevel.Debug, "{Operation}: attempt {Attempt} failed: {Problem}", EventName = "AttemptFailed")]
    public static partial void AttemptFailed(this ILogger log, string operation, int attempt, string problem);

    [LoggerMessage(
        5003,
        LogLevel.Warning,
        "{Operation}: Notion's error (request {NotionRequestId}) could not be checked for secrets; its body was replaced.",
        EventName = "ErrorBodyReplaced")]
    public static partial void ReplacedBody(this ILogger log, string operation, string? notionRequestId);
}
