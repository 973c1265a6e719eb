using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace NotionGateway;

/// <summary>
/// A counter that keeps a number for each of its series, and shows them when somebody reads. A counter of the SDK's would
/// compare all labels at each count, once for each who reads: too much for what every request counts.
/// </summary>
/// <typeparam name="TSeries">What tells one series from another: names from closed sets, so that there is an end to them.</typeparam>
internal sealed class SeriesCounter<TSeries>
    where TSeries : struct, IEquatable<TSeries>
{
    private readonly ConcurrentDictionary<TSeries, Cell> _cells = new();
    private readonly ObservableCounter<long> _counter;

    public SeriesCounter(Meter meter, string name, string unit, string description, Func<TSeries, KeyValuePair<string, object?>[]> labels) =>
        _counter = meter.CreateObservableCounter(
            name, () => _cells.Select(cell => new Measurement<long>(Interlocked.Read(ref cell.Value.Count), labels(cell.Key))), unit, description);

    /// <summary>Counts, if anybody reads.</summary>
    public void Add(in TSeries series, int count = 1)
    {
        if (_counter.Enabled)
        {
            var cell = _cells.TryGetValue(series, out var known) ? known : _cells.GetOrAdd(series, static _ => new Cell());
            Interlocked.Add(ref cell.Count, count);
        }
    }

    private sealed class Cell
    {
        public long Count;
    }
}
