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
        Task.Run(() => services.GetService<MeterProvider>()?.Shutdown(TimeoutMilliseconds), cancellationToken),
        Task.Run(() => services.GetService<TracerProvider>()?.Shutdown(TimeoutMilliseconds), cancellationToken),
        Task.Run(() => services.GetService<LoggerProvider>()?.Shutdown(TimeoutMilliseconds), cancellationToken));

    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        collectors.Log = log;
        return Task.CompletedTask;
    }
}
