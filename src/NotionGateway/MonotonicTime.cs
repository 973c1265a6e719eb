namespace NotionGateway;

/// <summary>The time that waits are measured in. Setting the wall clock does not move it, so nothing waits an hour longer because a clock was corrected.</summary>
internal static class MonotonicTime
{
    /// <summary>The time since an arbitrary moment; only differences mean anything.</summary>
    public static TimeSpan Monotonic(this TimeProvider time) => time.GetElapsedTime(0);
}
