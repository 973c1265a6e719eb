namespace NotionGateway.Operator;

/// <summary>The log lines about administration: who did what to which grant, with names and the beginnings of hashes; never a key, a link or a token.</summary>
internal static partial class OperatorLog
{
    [LoggerMessage(EventId = 8001, EventName = "Audit", Message = "Operator {Who}: {Action} {Subject}: {Outcome}{Problem} ({Status}, id {RequestId})")]
    public static partial void Audit(
        this ILogger log, LogLevel level, string who, string action, string subject, string outcome, string problem,
        int status, string requestId, Exception? exception);

    [LoggerMessage(8002, LogLevel.Warning, "Suppressed messages about requests without a valid operator key: {LeftOut}.", EventName = "AuditLeftOut")]
    public static partial void AuditLeftOut(this ILogger log, int leftOut);
}
