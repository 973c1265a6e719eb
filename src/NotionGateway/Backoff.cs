namespace NotionGateway;

/// <summary>
/// Exponential back-off: the first wait, doubled after each further failure in a row, up to the longest
/// (Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
/// </summary>
internal sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The wait after so many failures in a row, counted from 1.</summary>
    public TimeSpan After(int failures)
    {
        var wait = First.Ticks * Math.Pow(2, Math.Max(failures, 1) - 1);
        return wait < Longest.Ticks ? TimeSpan.FromTicks((long)wait) : Longest;
    }

    /// <summary>The same with jitter over its upper half ("equal jitter"), for many that failed together.</summary>
    public TimeSpan After(int failures, double chance) => After(failures) * (0.5 + (0.5 * chance));
}
