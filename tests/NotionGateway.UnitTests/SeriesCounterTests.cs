using System.Diagnostics.Metrics;

namespace NotionGateway.UnitTests;

/// <summary>A counter that is read: it shows the same as one that reports each count.</summary>
public sealed class SeriesCounterTests : IDisposable
{
    private readonly Meter _meter = new("test");
    private readonly Dictionary<string, long> _read = [];

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void Each_series_has_its_own_number_and_equal_names_are_one_series()
    {
        var counter = Create();
        using var reader = Reader();

        counter.Add(new Series("crm", 200));
        counter.Add(new Series(string.Concat("c", "rm"), 200), 2);
        counter.Add(new Series("crm", 429));

        reader.RecordObservableInstruments();
        Assert.Equal(new Dictionary<string, long> { ["crm 200"] = 3, ["crm 429"] = 1 }, _read);
    }

    [Fact]
    public void Counting_at_the_same_time_loses_nothing()
    {
        var counter = Create();
        using var reader = Reader();

        Parallel.For(0, 10_000, number => counter.Add(new Series("crm", number % 10)));

        reader.RecordObservableInstruments();
        Assert.Equal(10, _read.Count);
        Assert.All(_read.Values, count => Assert.Equal(1_000, count));
    }

    [Fact]
    public void What_nobody_reads_is_not_counted()
    {
        var counter = Create();
        counter.Add(new Series("crm", 200));
        using var reader = Reader();

        reader.RecordObservableInstruments();

        Assert.Empty(_read);
    }

    private SeriesCounter<Series> Create() =>
        new(_meter, "count", "{count}", "Counts.", static series => [new("name", series.Name), new("number", series.Number)]);

    private MeterListener Reader()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter, _meter))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, labels, _) => _read[$"{labels[0].Value} {labels[1].Value}"] = value);
        listener.Start();
        return listener;
    }

    private readonly record struct Series(string Name, int Number);
}
