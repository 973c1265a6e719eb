using Microsoft.Extensions.DependencyInjection;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>
/// Time that runs several times as fast as the real clock. The gateway ticks, waits and ages by it, on real threads
/// and real sockets; a test need not wait for the real seconds.
/// </summary>
internal sealed class BriskTime(int times) : TimeProvider
{
    private readonly DateTimeOffset _startedAt = System.GetUtcNow();
    private readonly long _started = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _startedAt + (System.GetElapsedTime(_started) * times);

    public override long GetTimestamp() => (System.GetTimestamp() - _started) * times;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new BriskTimer(System.CreateTimer(callback, state, Shortened(dueTime, times), Shortened(period, times)), times);

    private static TimeSpan Shortened(TimeSpan span, int times) => span <= TimeSpan.Zero ? span : span / times;

    private sealed class BriskTimer(ITimer timer, int times) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Shortened(dueTime, times), Shortened(period, times));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}

/// <summary>Runs the gateway on such a clock.</summary>
internal static class BriskTimeSetup
{
    public static GatewaySetup Brisk(this GatewaySetup setup, int times = 5) =>
        setup.Adjust(services => services.AddSingleton<TimeProvider>(new BriskTime(times)));
}
