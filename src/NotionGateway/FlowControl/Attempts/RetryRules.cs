using NotionGateway.Notion;

namespace NotionGateway.FlowControl.Attempts;

/// <summary>Why a request is sent again.</summary>
internal enum RetryCause
{
    RateLimited,
    Overloaded,
    ServerError,
    Connection,
    Unauthorized,
}

/// <summary>What may be repeated at all, whatever the deadline and the number of attempts: nothing that could write twice.</summary>
internal static class RetryRules
{
    /// <summary>The longest that a repeat waits, unless Notion says.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>What kind of failure a response is; null if it is not a temporary one.</summary>
    public static RetryCause? CauseOf(int status) => status switch
    {
        429 => RetryCause.RateLimited,
        529 => RetryCause.Overloaded,
        500 or 502 or 503 or 504 => RetryCause.ServerError,
        _ => null,
    };

    /// <summary>Whether the status alone says that nothing was done, and that less is to be sent.</summary>
    public static bool AsksForPause(int status) => CauseOf(status) is RetryCause.RateLimited or RetryCause.Overloaded;

    /// <summary>
    /// Whether sending it again cannot do harm. Notion says of 429 and 529 that it has done nothing; of what never left
    /// the same is certain. For all else this is unknown, so it must be a read, or a deletion that has the same result when done twice.
    /// </summary>
    public static bool IsHarmless(NotionOperation operation, RetryCause cause, bool sent) =>
        !sent || cause is RetryCause.RateLimited or RetryCause.Overloaded || (operation.Repeatable && (operation.Reads || operation.Method == "DELETE"));
}
