using System.Runtime.InteropServices;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.Health;

/// <summary>
/// Drains in order: readiness goes at once; the listener keeps serving for the drain delay; then new requests are denied
/// while the others end; only then may the listener close. A second signal skips the waiting.
/// </summary>
internal sealed class DrainService(Drain drain, ConnectionQueues connectionQueues, DrainOptions options, TimeProvider time, ILogger<DrainService> log)
    : LifecycleService
{
    /// <summary>Left for the listener to close and the process to end within the shutdown timeout.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(1);

    public override async Task StoppingAsync(CancellationToken cancellationToken)
    {
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => hurry.Cancel());
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => hurry.Cancel());
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => hurry.Cancel());
        var startedAt = time.GetTimestamp();

        drain.Leave();
        connectionQueues.SlowDown();
        log.Draining(options.DrainDelay);
        await WaitAsync(Task.Delay(options.DrainDelay, time, hurry.Token));

        drain.Refuse();
        log.DrainingDenies(drain.UnderWay);
        var left = options.ShutdownTimeout - time.GetElapsedTime(startedAt) - Reserve;
        if (left > TimeSpan.Zero)
        {
            await WaitAsync(drain.Empty.WaitAsync(left, time, hurry.Token));
        }

        if (drain.UnderWay > 0)
        {
            log.DrainTimeout(drain.UnderWay);
            connectionQueues.Close();
            drain.Stop();
            await WaitAsync(drain.Empty.WaitAsync(Reserve / 2, time, CancellationToken.None));
        }
    }

    private static async Task WaitAsync(Task waiting)
    {
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
