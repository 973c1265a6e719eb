namespace NotionGateway.Telemetry;

/// <summary>
/// Knows of each collector which signals it did not take when they were sent last, and says so when that changes: one line when the first one
/// fails, one when all get through again.
/// </summary>
internal sealed class CollectorWatch
{
    private readonly Lock _gate = new();

    /// <summary>The paths that fail, by collector.</summary>
    private readonly Dictionary<string, HashSet<string>> _failing = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Set once the program has started: log lines are one of the signals, so the exporters come before the log.</summary>
    public ILogger? Log { get; set; }

    public void Took(Uri collector)
    {
        if (Log is { } log && Change(collector, failing => failing.Remove(collector.AbsolutePath) && failing.Count == 0))
        {
            log.CollectorReachable(collector.Authority);
        }
    }

    public void Failed(Uri collector, string problem)
    {
        if (Log is { } log && Change(collector, failing => failing.Add(collector.AbsolutePath) && failing.Count == 1))
        {
            log.CollectorUnreachable(collector.Authority, problem);
        }
    }

    private bool Change(Uri collector, Func<HashSet<string>, bool> change)
    {
        lock (_gate)
        {
            if (!_failing.TryGetValue(collector.Authority, out var failing))
            {
                _failing[collector.Authority] = failing = new HashSet<string>(StringComparer.Ordinal);
            }

            return change(failing);
        }
    }
}
