using System.Diagnostics.Metrics;

namespace NotionGateway.TestKit;

/// <summary>One meter, under a name that no gateway collects: what a test leaves behind costs the gateways of this process nothing.</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly Meter _meter = new("Test");

    public Meter Create(MeterOptions options) => _meter;

    public void Dispose() => _meter.Dispose();
}
