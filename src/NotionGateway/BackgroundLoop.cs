namespace NotionGateway;

/// <summary>
/// Work that is repeated while the program runs. A failure is logged and the next round comes, later after each
/// failure in a row: neither the host nor the work ends because of it.
/// </summary>
internal abstract class BackgroundLoop(TimeSpan interval, TimeProvider time, ILogger log) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    protected TimeProvider Time => time;

    protected ILogger Log => log;

    /// <summary>One round of the work. The first comes at the start.</summary>
    protected abstract Task TickAsync(CancellationToken stopping);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        await using var stop = stoppingToken.Register(timer.Dispose);

        // The next interval after the first failure, then twice as long each time, up to a minute.
        var backoff = new Backoff(interval, MonotonicTime.Later(interval, LongestPause));
        var (failures, resumeAt) = (0, TimeSpan.MinValue);
        do
        {
            if (time.Monotonic() < resumeAt)
            {
                continue;
            }

            try
            {
                await TickAsync(stoppingToken);
                failures = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                var pause = backoff.After(++failures);
                resumeAt = time.Monotonic() + pause;
                log.TickFailed(GetType().Name, failures, pause, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(CancellationToken.None));
    }
}

/// <summary>Failures of background work.</summary>
internal static partial class BackgroundLog
{
    [LoggerMessage(
        9010,
        LogLevel.Error,
        "Background task {Task}: unexpected error, {Failures} in a row. Next run in {Pause}.",
        EventName = "BackgroundTaskFailed")]
    public static partial void TickFailed(this ILogger log, string task, int failures, TimeSpan pause, Exception exception);
}
