using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace NotionGateway.TestKit;

/// <summary>One measurement with its labels.</summary>
internal sealed record CapturedMeasurement(string Instrument, double Value, IReadOnlyDictionary<string, string> Labels)
{
    public override string ToString() => $"{Instrument} {Value} {string.Join(' ', Labels.Select(label => $"{label.Key}={label.Value}"))}";
}

/// <summary>Keeps every measurement of one gateway's own meter.</summary>
internal sealed class CapturedMetrics : IDisposable
{
    private readonly ConcurrentQueue<CapturedMeasurement> _all = new();
    private readonly ConcurrentQueue<Instrument> _instruments = new();
    private readonly MeterListener _listener = new();

    public CapturedMetrics(IServiceProvider services)
    {
        var meter = services.GetRequiredService<IMeterFactory>().Create("NotionGateway");
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                _instruments.Enqueue(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Keep(instrument, value, labels));
        _listener.SetMeasurementEventCallback<int>((instrument, value, labels, _) => Keep(instrument, value, labels));
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Keep(instrument, value, labels));
        _listener.Start();
    }

    public IReadOnlyList<CapturedMeasurement> All => [.. _all];

    public IReadOnlyList<Instrument> Instruments => [.. _instruments];

    /// <summary>The sum over all measurements of the instrument that have these labels.</summary>
    public double Sum(string instrument, params (string Name, string Value)[] labels) => Matching(instrument, labels).Sum(measurement => measurement.Value);

    public IEnumerable<CapturedMeasurement> Matching(string instrument, params (string Name, string Value)[] labels) => _all
        .Where(measurement => measurement.Instrument == instrument && labels.All(label => measurement.Labels.GetValueOrDefault(label.Name) == label.Value));

    /// <summary>Reads the gauges now; their last values.</summary>
    public IReadOnlyList<CapturedMeasurement> Gauges()
    {
        var before = _all.Count;
        _listener.RecordObservableInstruments();
        return [.. _all.Skip(before)];
    }

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var copy = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, label) in labels)
        {
            copy[name] = label?.ToString() ?? "";
        }

        _all.Enqueue(new CapturedMeasurement(instrument.Name, value, copy));
    }
}
