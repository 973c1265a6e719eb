namespace NotionGateway.FlowControl.Budget;

/// <summary>The time since the start of the program, which no change of the wall clock moves. All of this stage counts in it.</summary>
internal sealed class MonotonicClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    public TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>The same scale for a timestamp of the <see cref="TimeProvider"/>.</summary>
    public TimeSpan At(long timestamp) => time.GetElapsedTime(_origin, timestamp);

    /// <summary>The later of two times on this scale.</summary>
    public static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>A timer that has not been set yet.</summary>
    public ITimer CreateTimer(TimerCallback callback, object state) => time.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
