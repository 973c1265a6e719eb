namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>What operators need to know about the database.</summary>
internal static partial class PostgresLog
{
    [LoggerMessage(
        2018,
        LogLevel.Critical,
        "{Problem} Grants and keys in memory keep working; others are denied, and no token is renewed, until it is back. Fix the database now.",
        EventName = "GrantStoreLost")]
    public static partial void StoreLost(this ILogger log, string problem);

    [LoggerMessage(2019, LogLevel.Information, "The grant store can be reached again, after {Duration}.", EventName = "GrantStoreBack")]
    public static partial void StoreBack(this ILogger log, TimeSpan duration);
}
