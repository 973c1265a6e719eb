using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace NotionGateway.Telemetry;

/// <summary>
/// Lets the watch over collectors speak once there is a log. Sends the last of what was measured at the end, and waits for a collector that
/// does not respond only for a moment.
/// </summary>
internal sealed class TelemetryShutdown(IServiceProvider services, CollectorWatch collectors, ILogger<CollectorWatch> log) : LifecycleService
{
    private const int TimeoutMilliseconds = 1500;

    public override Task StoppedAsync(CancellationToken cancellationToken) => Task.WhenAll(
        OnOwnThread(() => services.GetService<MeterProvider>()?.Shutdown(TimeoutMilliseconds)),
        OnOwnThread(() => services.GetService<TracerProvider>()?.Shutdown(TimeoutMilliseconds)),
        OnOwnThread(() => services.GetService<LoggerProvider>()?.Shutdown(TimeoutMilliseconds)));

    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        collectors.Log = log;
        return Task.CompletedTask;
    }

    /// <summary>A shutdown blocks its thread; three of them on a pool of two would keep the responses they wait for from being read.</summary>
    private static Task OnOwnThread(Action shutdown) =>
        Task.Factory.StartNew(shutdown, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
