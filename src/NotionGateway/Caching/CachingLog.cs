namespace NotionGateway.Caching;

/// <summary>The log lines of the cache.</summary>
internal static partial class CachingLog
{
    [LoggerMessage(6201, LogLevel.Error, "A stored response could not be refreshed: unexpected error.", EventName = "RefreshBroke")]
    public static partial void RefreshBroke(this ILogger log, Exception exception);

    [LoggerMessage(6202, LogLevel.Error, "A response was sent to its caller, but could not be stored: unexpected error.", EventName = "StoreBroke")]
    public static partial void StoreBroke(this ILogger log, Exception exception);
}
