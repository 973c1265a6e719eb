using System.Diagnostics.Metrics;

namespace NotionGateway.FlowControl.Budget.Shared.Store;

/// <summary>What is asked of the store of the shared budget, and how long it takes.</summary>
internal sealed class StoreMetrics
{
    private const string Kind = "kind";

    private readonly SeriesCounter<(string Kind, string Outcome)> _questions;
    private readonly Histogram<double> _duration;

    public StoreMetrics(IMeterFactory meters)
    {
        var meter = meters.CreateGatewayMeter();
        _questions = new SeriesCounter<(string Kind, string Outcome)>(
            meter,
            "notion_gateway.shared.questions",
            "{question}",
            "Questions to the store of the shared budget, by kind and outcome.",
            static series => [new(Kind, series.Kind), new(GatewayMeter.Outcome, series.Outcome)]);
        _duration = meter.CreateHistogram<double>(
            "notion_gateway.shared.question.duration", "s", "How long the store of the shared budget took to answer.", advice: Buckets.Latency);
    }

    public void Count(StoreScript script, in StoreAnswer answer)
    {
        _questions.Add((script.Name, answer.IsThere ? "ok" : answer.Problem == StoreProblem.Timeout ? "timeout" : "error"));
        _duration.Record((answer.Answered - answer.Asked).TotalSeconds, new KeyValuePair<string, object?>(Kind, script.Name));
    }
}
