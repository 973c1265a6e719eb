namespace NotionGateway.Health;

/// <summary>The steps of leaving, so that a rollout can be read afterwards.</summary>
internal static partial class HealthLog
{
    [LoggerMessage(6001, LogLevel.Information, "Leaving: no longer ready; serving on for {DrainDelay}.", EventName = "Leaving")]
    public static partial void Leaving(this ILogger log, TimeSpan drainDelay);

    [LoggerMessage(6002, LogLevel.Information, "Leaving: new requests are refused; {UnderWay} are still under way.", EventName = "Refusing")]
    public static partial void Refusing(this ILogger log, int underWay);

    [LoggerMessage(6003, LogLevel.Warning, "Leaving: time is up; {UnderWay} requests are cut off.", EventName = "GaveUp")]
    public static partial void GaveUp(this ILogger log, int underWay);
}
