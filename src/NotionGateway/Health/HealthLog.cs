namespace NotionGateway.Health;

/// <summary>The steps of draining, so that a rollout can be analysed afterwards.</summary>
internal static partial class HealthLog
{
    [LoggerMessage(6001, LogLevel.Information, "Draining: no longer ready; still serving for {DrainDelay}.", EventName = "Leaving")]
    public static partial void Leaving(this ILogger log, TimeSpan drainDelay);

    [LoggerMessage(6002, LogLevel.Information, "Draining: new requests are denied; {UnderWay} still in progress.", EventName = "Refusing")]
    public static partial void Refusing(this ILogger log, int underWay);

    [LoggerMessage(6003, LogLevel.Warning, "Draining: timeout reached; {UnderWay} requests are aborted.", EventName = "GaveUp")]
    public static partial void GaveUp(this ILogger log, int underWay);
}
