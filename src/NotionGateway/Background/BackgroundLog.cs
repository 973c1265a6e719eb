namespace NotionGateway.Background;

/// <summary>Failures of work that nobody waits for.</summary>
internal static partial class BackgroundLog
{
    [LoggerMessage(9007, LogLevel.Error, "Background task {Task}: unexpected error, {Failures} in a row. It continues in {Pause}.", EventName = "BackgroundTaskFailed")]
    public static partial void TickFailed(this ILogger log, string task, int failures, TimeSpan pause, Exception exception);
}
