namespace NotionGateway.Health;

/// <summary>The steps of draining, so that a rollout can be analysed afterwards.</summary>
internal static partial class HealthLog
{
    [LoggerMessage(6001, LogLevel.Information, "No longer ready; still serving for {DrainDelay}.", EventName = "Draining")]
    public static partial void Draining(this ILogger log, TimeSpan drainDelay);

    [LoggerMessage(6002, LogLevel.Information, "New requests are denied; {UnderWay} still in progress.", EventName = "DrainingDenies")]
    public static partial void DrainingDenies(this ILogger log, int underWay);

    [LoggerMessage(6003, LogLevel.Warning, "Drain timeout reached; requests that are aborted: {UnderWay}.", EventName = "DrainTimeout")]
    public static partial void DrainTimeout(this ILogger log, int underWay);
}
