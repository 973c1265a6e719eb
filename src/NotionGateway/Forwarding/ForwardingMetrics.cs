using System.Diagnostics.Metrics;
using NotionGateway.Notion;

namespace NotionGateway.Forwarding;

/// <summary>What Notion answered, attempt by attempt, and how long it took to.</summary>
internal sealed class ForwardingMetrics
{
    private readonly Counter<long> _responses;
    private readonly Histogram<double> _duration;

    public ForwardingMetrics(IMeterFactory meters)
    {
        var meter = meters.CreateGatewayMeter();
        _responses = meter.CreateCounter<long>("notion_gateway.upstream.responses", "{response}", "Answers of Notion, including those that were kept from callers.");
        _duration = meter.CreateHistogram<double>("notion_gateway.upstream.duration", "s", "Time from sending a request to the head of Notion's answer.", advice: Buckets.Latency);
    }

    public void Answered(CredentialName credential, NotionOperation asked, int status, string? limitReason, TimeSpan elapsed)
    {
        var operation = new KeyValuePair<string, object?>(GatewayMeter.Operation, asked.Name);
        _responses.Add(
            1,
            new KeyValuePair<string, object?>(GatewayMeter.Credential, credential.Value),
            operation,
            new KeyValuePair<string, object?>(GatewayMeter.Status, GatewayMeter.StatusLabel(status)),
            new KeyValuePair<string, object?>("limit_reason", LimitReason.Label(limitReason)));
        _duration.Record(elapsed.TotalSeconds, operation);
    }
}
