namespace NotionGateway.FlowControl.Queueing;

/// <summary>What operators need to know about limits and who shares them.</summary>
internal static partial class FlowControlLog
{
    [LoggerMessage(
        4001,
        LogLevel.Warning,
        "Credential {Credential} uses the same Notion connection as {Others}: they share one limit and one connection queue",
        EventName = "SharedConnection")]
    public static partial void SharedQueue(this ILogger log, CredentialName credential, string others);

    [LoggerMessage(
        4002,
        LogLevel.Warning,
        "Credential {Credential} was rate-limited by Notion ({LimitReason}), although this process has sent {Used} of {Limit} requests in its window: "
            + "another program uses the connection, or its plan allows less. Pausing for {Seconds} s (level: {Level})",
        EventName = "LimitedByNotion")]
    public static partial void Limited(this ILogger log, CredentialName credential, string limitReason, int used, int limit, double seconds, LimitLevel level);

    [LoggerMessage(
        4003,
        LogLevel.Error,
        "Credential {Credential} is blocked by Notion ({LimitReason}): waiting does not help, the connection's owner must contact Notion",
        EventName = "BlockedByNotion")]
    public static partial void Blocked(this ILogger log, CredentialName credential, string limitReason);

    [LoggerMessage(4004, LogLevel.Warning, "Notion is overloaded (529) for credential {Credential}; pausing for {Seconds} s", EventName = "NotionOverloaded")]
    public static partial void Overloaded(this ILogger log, CredentialName credential, double seconds);

    [LoggerMessage(
        4005,
        LogLevel.Error,
        "A connection's permit budget failed; waiting requests continue when it responds again. Retrying in {Pause}, then with exponential back-off",
        EventName = "BudgetFailed")]
    public static partial void BudgetFailed(this ILogger log, TimeSpan pause, Exception exception);
}
