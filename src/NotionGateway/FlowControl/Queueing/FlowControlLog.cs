namespace NotionGateway.FlowControl.Queueing;

/// <summary>What an operator should know of limits and of who shares them.</summary>
internal static partial class FlowControlLog
{
    [LoggerMessage(4001, LogLevel.Warning, "Credential {Credential} is the same connection to Notion as {Others}: they share one limit and one queue", EventName = "SharedLane")]
    public static partial void SharedQueue(this ILogger log, CredentialName credential, string others);

    [LoggerMessage(
        4002,
        LogLevel.Warning,
        "Notion limits credential {Credential} ({LimitReason}), though this process has sent {Used} of the {Limit} in its window: somebody else uses the connection, or its plan is smaller. Nothing more is sent for {Seconds} s (level: {Level})",
        EventName = "LimitedByNotion")]
    public static partial void Limited(this ILogger log, CredentialName credential, string limitReason, int used, int limit, double seconds, LimitLevel level);

    [LoggerMessage(4003, LogLevel.Error, "Notion blocks credential {Credential} ({LimitReason}): waiting does not help, the connection's owner must ask Notion", EventName = "BlockedByNotion")]
    public static partial void Blocked(this ILogger log, CredentialName credential, string limitReason);

    [LoggerMessage(4004, LogLevel.Warning, "Notion is overloaded (529) for credential {Credential}; nothing more is sent for {Seconds} s", EventName = "NotionOverloaded")]
    public static partial void Overloaded(this ILogger log, CredentialName credential, double seconds);

    [LoggerMessage(
        4005,
        LogLevel.Error,
        "The budget of a connection failed; those who wait are served when it answers again. It is asked again in {Pause}, then with exponential back-off",
        EventName = "BudgetFailed")]
    public static partial void BudgetFailed(this ILogger log, TimeSpan pause, Exception exception);
}
