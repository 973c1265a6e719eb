using Microsoft.Extensions.Logging;
using NotionGateway.Telemetry;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Telemetry;

public sealed class CollectorWatchTests
{
    private static readonly Uri Traces = new("http://collector:4318/v1/traces");
    private static readonly Uri Metrics = new("http://collector:4318/v1/metrics");
    private readonly CapturedLogs _logs = new();

    [Fact]
    public void An_outage_is_one_line_at_its_beginning_and_one_at_its_end_however_many_signals_it_hits()
    {
        var watch = new CollectorWatch { Log = _logs.CreateLogger("watch") };
        watch.Took(Traces);
        Assert.Empty(_logs.Lines);

        for (var outage = 0; outage < 2; outage++)
        {
            watch.Failed(Traces, "connection refused");
            watch.Failed(Metrics, "connection refused");
            watch.Failed(Traces, "connection refused");
            watch.Took(Traces);
            watch.Took(Metrics);
        }

        Assert.Equal(["CollectorUnreachable", "CollectorReachable", "CollectorUnreachable", "CollectorReachable"], _logs.Lines.Select(line => line.Event.Name));
        Assert.Contains("collector:4318", _logs.Lines[0].Text);
        Assert.Contains("connection refused", _logs.Lines[0].Text);
    }

    [Fact]
    public void A_collector_that_never_takes_one_of_the_signals_is_one_line()
    {
        var watch = new CollectorWatch { Log = _logs.CreateLogger("watch") };
        watch.Failed(Metrics, "it returned 404");
        for (var round = 0; round < 3; round++)
        {
            watch.Took(Traces);
            watch.Failed(Metrics, "it returned 404");
        }

        Assert.Equal("CollectorUnreachable", Assert.Single(_logs.Lines).Event.Name);
        watch.Took(Metrics);
        Assert.Equal("CollectorReachable", _logs.Lines[^1].Event.Name);
    }

    [Fact]
    public void Before_there_is_a_log_nothing_is_remembered_that_would_keep_it_silent_later()
    {
        var watch = new CollectorWatch();
        watch.Failed(Traces, "connection refused");
        watch.Log = _logs.CreateLogger("watch");
        watch.Failed(Traces, "connection refused");
        Assert.Equal(LogLevel.Warning, Assert.Single(_logs.Lines).Level);
    }
}
