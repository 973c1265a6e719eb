namespace NotionGateway.OAuth.Sealing;

/// <summary>What an operator must know about seals and the key ring.</summary>
internal static partial class SealingLog
{
    [LoggerMessage(
        2011,
        LogLevel.Information,
        "Elements of the key ring that are encrypted with the previous encryption key: {Elements}. "
        + "Once every gateway on this store has both keys, run 'notion-gateway store rewrap'; then the previous key is no longer needed.",
        EventName = "KeyRingNotRewrapped")]
    public static partial void NotRewrapped(this ILogger log, int elements);

    [LoggerMessage(2016, LogLevel.Critical, "{Problem} It is not used.", EventName = "StoreRowForged")]
    public static partial void RowForged(this ILogger log, string problem);
}
