using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace NotionGateway.TestKit;

/// <summary>One measurement with its labels.</summary>
internal sealed record CapturedMeasurement(string Instrument, double Value, IReadOnlyDictionary<string, string> Labels)
{
    public override string ToString() => $"{Instrument} {Value} {string.Join(' ', Labels.Select(label => $"{label.Key}={label.Value}"))}";
}

/// <summary>Keeps every measurement of one gateway's own meter; of counters that are read, what they say at the moment.</summary>
internal sealed class CapturedMetrics : IDisposable
{
    private readonly ConcurrentQueue<CapturedMeasurement> _all = new();
    private readonly ConcurrentQueue<Instrument> _instruments = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _reading = new();
    private List<CapturedMeasurement> _read = [];

    public CapturedMetrics(IServiceProvider services)
        : this(services.GetRequiredService<IMeterFactory>())
    {
    }

    public CapturedMetrics(IMeterFactory meters)
    {
        var meter = meters.CreateGatewayMeter();
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

    public IReadOnlyList<CapturedMeasurement> All => [.. _all, .. Read().Where(measurement => IsCounter(measurement.Instrument))];

    public IReadOnlyList<Instrument> Instruments => [.. _instruments];

    /// <summary>The sum over all measurements of the instrument that have these labels.</summary>
    public double Sum(string instrument, params (string Name, string Value)[] labels) => Matching(instrument, labels).Sum(measurement => measurement.Value);

    public IEnumerable<CapturedMeasurement> Matching(string instrument, params (string Name, string Value)[] labels) => All
        .Where(measurement => measurement.Instrument == instrument && labels.All(label => measurement.Labels.GetValueOrDefault(label.Name) == label.Value));

    /// <summary>Reads the gauges now; their last values.</summary>
    public IReadOnlyList<CapturedMeasurement> Gauges()
    {
        var gauges = Read().Where(measurement => !IsCounter(measurement.Instrument)).ToList();
        gauges.ForEach(_all.Enqueue);
        return gauges;
    }

    public void Dispose() => _listener.Dispose();

    private bool IsCounter(string name) => _instruments.Any(instrument => instrument.Name == name && instrument is ObservableCounter<long>);

    private List<CapturedMeasurement> Read()
    {
        lock (_reading)
        {
            _read = [];
            _listener.RecordObservableInstruments();
            return _read;
        }
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var copy = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, label) in labels)
        {
            copy[name] = label?.ToString() ?? "";
        }

        var measurement = new CapturedMeasurement(instrument.Name, value, copy);
        if (instrument.IsObservable)
        {
            _read.Add(measurement);
        }
        else
        {
            _all.Enqueue(measurement);
        }
    }
}
