using System.Diagnostics.Metrics;
using NotionGateway.Access;

namespace NotionGateway.Telemetry;

/// <summary>What is counted of every request when it ends. All labels come from closed sets.</summary>
internal sealed class RequestMetrics
{
    /// <summary>The label where no credential was chosen.</summary>
    public const string NoCredential = "none";

    /// <summary>The label of whatever is not in the table of operations.</summary>
    public const string Unlisted = "unlisted";

    private readonly Counter<long> _requests;
    private readonly Counter<long> _denials;
    private readonly Histogram<double> _duration;

    public RequestMetrics(IMeterFactory meters)
    {
        var meter = meters.CreateGatewayMeter();
        _requests = meter.CreateCounter<long>("notion_gateway.requests", "{request}", "Requests on the data listener.");
        _denials = meter.CreateCounter<long>("notion_gateway.denials", "{request}", "Requests that the gateway itself answered with an error, by reason.");
        _duration = meter.CreateHistogram<double>("notion_gateway.request.duration", "s", "Time from the head of a request to the end of its answer.", advice: Buckets.Latency);
    }

    public void Ended(GatewayRequest request, RequestOutcome outcome, int status, TimeSpan elapsed)
    {
        var caller = new KeyValuePair<string, object?>(GatewayMeter.Caller, request.Caller?.Name ?? Caller.Unknown);
        var credential = new KeyValuePair<string, object?>(GatewayMeter.Credential, request.Credential?.Value ?? NoCredential);
        var operation = new KeyValuePair<string, object?>(GatewayMeter.Operation, request.Operation?.Name ?? Unlisted);
        var statusLabel = new KeyValuePair<string, object?>(GatewayMeter.Status, GatewayMeter.StatusLabel(status));
        var outcomeLabel = new KeyValuePair<string, object?>(GatewayMeter.Outcome, outcome.Label());
        _requests.Add(1, caller, credential, operation, statusLabel, outcomeLabel);
        _duration.Record(elapsed.TotalSeconds, operation, statusLabel, outcomeLabel);
        if (request.Refusal is { } refusal)
        {
            _denials.Add(1, caller, credential, new KeyValuePair<string, object?>(GatewayMeter.Reason, refusal.Reason.Name), statusLabel);
        }
    }
}
