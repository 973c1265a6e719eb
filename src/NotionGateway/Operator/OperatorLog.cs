namespace NotionGateway.Operator;

/// <summary>The lines about administration: who did what to which grant. They hold names and hashes' beginnings; never a key, a link or a token.</summary>
internal static partial class OperatorLog
{
    [LoggerMessage(EventId = 8001, EventName = "Audit", Message = "Operator {Who}: {Action} {Subject}: {Outcome} ({Status}, id {RequestId})")]
    public static partial void Audit(this ILogger log, LogLevel level, string who, string action, string subject, string outcome, int status, string requestId);

    [LoggerMessage(8002, LogLevel.Warning, "{LeftOut} requests without a valid operator key have no lines of their own above.", EventName = "AuditLeftOut")]
    public static partial void AuditLeftOut(this ILogger log, int leftOut);

    [LoggerMessage(8003, LogLevel.Error, "The store of grants could not do what an operator asked for: {Problem} (id {RequestId})", EventName = "OperatorStoreFailed")]
    public static partial void StoreFailed(this ILogger log, string problem, string requestId);

    [LoggerMessage(8004, LogLevel.Error, "A request of an operator failed in a way that was not foreseen (id {RequestId}).", EventName = "OperatorUnforeseen")]
    public static partial void OperatorUnforeseen(this ILogger log, string requestId, Exception exception);
}
