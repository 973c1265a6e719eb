using System.Diagnostics.Metrics;
using NotionGateway.Notion;

namespace NotionGateway.Forwarding;

/// <summary>What Notion returned, attempt by attempt, and how long it took.</summary>
internal sealed class ForwardingMetrics
{
    private readonly SeriesCounter<ResponseSeries> _responses;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _byCredential;
    private long _active;

    public ForwardingMetrics(IMeterFactory meters)
    {
        var meter = meters.CreateGatewayMeter();
        _responses = new(
            meter,
            "notion_gateway.upstream.responses",
            "{response}",
            "Responses from Notion, including those not passed on to callers.",
            static series =>
            [
                new(GatewayMeter.Credential, series.Credential),
                new(GatewayMeter.Operation, series.Operation),
                new(GatewayMeter.Status, GatewayMeter.StatusLabel(series.Status)),
                new("limit_reason", series.LimitReason),
            ]);
        _duration = meter.CreateHistogram<double>(
            "notion_gateway.upstream.duration", "s", "Time from sending a request to the head of Notion's response.", advice: Buckets.Latency);
        _byCredential = meter.CreateHistogram<double>(
            "notion_gateway.credential.upstream.duration",
            "s",
            "Time from sending a request of a credential to the head of Notion's response.",
            advice: Buckets.ByCredential);
        meter.CreateObservableGauge(
            "notion_gateway.upstream.active_requests", () => Interlocked.Read(ref _active), "{request}", "Requests in progress at Notion.");
    }

    public void Began() => Interlocked.Increment(ref _active);

    public void Ended() => Interlocked.Decrement(ref _active);

    public void Answered(CredentialName credential, NotionOperation asked, int status, string? limitReason, TimeSpan elapsed)
    {
        var label = credential.Label;
        Answered(label, asked.Name, status, limitReason, elapsed);
        _byCredential.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>(GatewayMeter.Credential, label));
    }

    /// <summary>The same for calls that belong to no request of a caller's; credential and operation are labels from closed sets.</summary>
    public void Answered(string credential, string operation, int status, string? limitReason, TimeSpan elapsed)
    {
        _responses.Add(new ResponseSeries(credential, operation, status, LimitReason.Label(limitReason)));
        _duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>(GatewayMeter.Operation, operation));
    }

    private readonly record struct ResponseSeries(string Credential, string Operation, int Status, string LimitReason);
}
