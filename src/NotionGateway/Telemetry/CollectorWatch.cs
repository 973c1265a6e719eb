using System.Collections.Concurrent;

namespace NotionGateway.Telemetry;

/// <summary>
/// Knows of each collector whether it took what was sent last, and says so when that changes: one line when it cannot be reached, one
/// when it can again, however many signals go there.
/// </summary>
internal sealed class CollectorWatch
{
    private readonly ConcurrentDictionary<string, bool> _unreachable = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Set once the program has started: log lines are one of the signals, so the exporters come before the log.</summary>
    public ILogger? Log { get; set; }

    public void Took(Uri collector)
    {
        if (Log is { } log && _unreachable.TryUpdate(collector.Authority, newValue: false, comparisonValue: true))
        {
            log.CollectorReachable(collector.Authority);
        }
    }

    public void Failed(Uri collector, string problem)
    {
        if (Log is { } log
            && (_unreachable.TryAdd(collector.Authority, true) || _unreachable.TryUpdate(collector.Authority, newValue: true, comparisonValue: false)))
        {
            log.CollectorUnreachable(collector.Authority, problem);
        }
    }
}
