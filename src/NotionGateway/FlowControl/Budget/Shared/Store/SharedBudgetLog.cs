namespace NotionGateway.FlowControl.Budget.Shared.Store;

/// <summary>What operators need to know about the store of the shared budget: one line for each change.</summary>
internal static partial class SharedBudgetLog
{
    [LoggerMessage(
        4101,
        LogLevel.Error,
        "The store of the shared budget is lost ({Why}). This replica sends nothing for a few seconds, then 1/{Replicas} of each connection's limit until the "
            + "store responds again",
        EventName = "SharedBudgetLost")]
    public static partial void SharedBudgetLost(this ILogger log, string why, int replicas);

    [LoggerMessage(
        4102,
        LogLevel.Information,
        "The shared budget is in use. Replicas that share each connection's limit: {Replicas}. The store was lost for {Seconds:0.0} s",
        EventName = "SharedBudgetInUse")]
    public static partial void SharedBudgetBack(this ILogger log, int replicas, double seconds);

    [LoggerMessage(
        4103,
        LogLevel.Warning,
        "The store of the shared budget has lost data (older than this replica has seen: {WentBack}). Every replica tells it again what it has sent",
        EventName = "SharedStateLost")]
    public static partial void SharedStateIsNew(this ILogger log, bool wentBack);

    [LoggerMessage(
        4104,
        LogLevel.Warning,
        "{Silent} of the replicas that share the limit have sent no sign of life for over 3 s. Their part of the limit stays unused until they are back or "
            + "two windows have passed",
        EventName = "ReplicaSilent")]
    public static partial void ReplicaSilent(this ILogger log, int silent);

    [LoggerMessage(
        4105,
        LogLevel.Warning,
        "The clock of the shared budget's store has jumped ahead by {Seconds:0.0} s. Every replica tells it again what it has sent",
        EventName = "StoreClockJumped")]
    public static partial void StoreClockJumped(this ILogger log, double seconds);

    [LoggerMessage(
        4106,
        LogLevel.Error,
        "The store of the shared budget uses the user '{Actual}' for this connection, not the configured '{Configured}': the password was refused, or the user "
            + "does not exist. The connection is not used",
        EventName = "SharedBudgetWrongUser")]
    public static partial void WrongUser(this ILogger log, string actual, string configured);

    [LoggerMessage(
        4107,
        LogLevel.Warning,
        "Cannot connect to the store of the shared budget: {Why}. Retrying with exponential back-off",
        EventName = "SharedBudgetNoConnection")]
    public static partial void NoConnection(this ILogger log, string why);
}
