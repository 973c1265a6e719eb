namespace NotionGateway;

/// <summary>The time that waits are measured in. Setting the wall clock does not change it, so correcting a clock makes no wait longer.</summary>
internal static class MonotonicTime
{
    /// <summary>The time since an arbitrary moment; only differences mean anything.</summary>
    public static TimeSpan Monotonic(this TimeProvider time) => time.Monotonic(time.GetTimestamp());

    /// <summary>The same scale for a timestamp of the <see cref="TimeProvider"/>.</summary>
    public static TimeSpan Monotonic(this TimeProvider time, long timestamp)
    {
        // In whole numbers: a double loses the last digits of a large timestamp.
        var frequency = time.TimestampFrequency;
        var (seconds, rest) = Math.DivRem(timestamp, frequency);
        return new TimeSpan((seconds * TimeSpan.TicksPerSecond) + (rest * TimeSpan.TicksPerSecond / frequency));
    }

    /// <summary>What the wall clock showed at a moment of this scale, by what it shows now.</summary>
    public static DateTimeOffset? WallClock(this TimeProvider time, TimeSpan? moment) => moment is { } at ? time.GetUtcNow() - (time.Monotonic() - at) : null;

    /// <summary>The later of two times on this scale.</summary>
    public static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
