namespace NotionGateway.Forwarding;

/// <summary>What went wrong between the gateway and Notion, for the operator.</summary>
internal static partial class ForwardingLog
{
    [LoggerMessage(5001, LogLevel.Warning, "{Operation}: no answer from Notion ({Error}): {Words}", EventName = "UpstreamFailed")]
    public static partial void Failed(this ILogger log, string operation, string error, string words);

    [LoggerMessage(5002, LogLevel.Information, "{Operation}: the answer ended before it was complete ({Error}): {Words}", EventName = "AnswerCutOff")]
    public static partial void CutOff(this ILogger log, string operation, string error, string words);
}
