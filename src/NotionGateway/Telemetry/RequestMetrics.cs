using System.Diagnostics.Metrics;
using NotionGateway.Access;
using NotionGateway.Telemetry.Lines;

namespace NotionGateway.Telemetry;

/// <summary>What is counted of every request when it ends. All labels come from closed sets.</summary>
internal sealed class RequestMetrics
{
    /// <summary>The label of operators: a caller cannot have this name.</summary>
    public const string Operator = "(operator)";

    private readonly SeriesCounter<RequestSeries> _requests;
    private readonly Counter<long> _denials;
    private readonly Histogram<double> _duration;
    private long _active;

    public RequestMetrics(IMeterFactory meters, DroppedLines dropped)
    {
        var meter = meters.CreateGatewayMeter();
        _requests = new(meter, "notion_gateway.requests", "{request}", "Requests on the data listener.", static series =>
        [
            new(GatewayMeter.Caller, series.Caller),
            new(GatewayMeter.Credential, series.Credential),
            new(GatewayMeter.Operation, series.Operation),
            new(GatewayMeter.Status, GatewayMeter.StatusLabel(series.Status)),
            new(GatewayMeter.Outcome, series.Outcome.Label()),
        ]);
        meter.CreateObservableGauge(
            "notion_gateway.active_requests", () => Interlocked.Read(ref _active), "{request}", "Requests in progress on the data listener.");
        meter.CreateObservableCounter("notion_gateway.log.dropped", () => dropped.Count, "{line}", "Log lines that standard output did not accept.");
        _denials = meter.CreateCounter<long>("notion_gateway.denials", "{request}", "Requests that the gateway itself denied, by reason.");
        _duration = meter.CreateHistogram<double>(
            "notion_gateway.request.duration", "s", "Time from the head of a request to the end of its response.", advice: Buckets.Latency);
    }

    public void Began() => Interlocked.Increment(ref _active);

    public void Ended(in RequestFacts facts, TimeSpan elapsed)
    {
        Interlocked.Decrement(ref _active);
        var series = new RequestSeries(
            facts.CallerName, facts.Credential?.Label ?? RequestFacts.NoCredential, facts.OperationName, facts.Status, facts.Outcome);
        _requests.Add(series);
        var statusLabel = new KeyValuePair<string, object?>(GatewayMeter.Status, GatewayMeter.StatusLabel(facts.Status));
        _duration.Record(
            elapsed.TotalSeconds,
            new KeyValuePair<string, object?>(GatewayMeter.Operation, series.Operation),
            statusLabel,
            new KeyValuePair<string, object?>(GatewayMeter.Outcome, facts.Outcome.Label()));
        if (facts.Refusal is { } refusal)
        {
            _denials.Add(
                1,
                new KeyValuePair<string, object?>(GatewayMeter.Caller, series.Caller),
                new KeyValuePair<string, object?>(GatewayMeter.Credential, series.Credential),
                new KeyValuePair<string, object?>(GatewayMeter.Reason, refusal.Reason.Name),
                statusLabel);
        }
    }

    /// <summary>A denial on the operator listener, whose requests are counted only when denied.</summary>
    public void DeniedOperator(Refusal refusal, bool isKnown) => _denials.Add(
        1,
        new KeyValuePair<string, object?>(GatewayMeter.Caller, isKnown ? Operator : Caller.Unknown),
        new KeyValuePair<string, object?>(GatewayMeter.Credential, RequestFacts.NoCredential),
        new KeyValuePair<string, object?>(GatewayMeter.Reason, refusal.Reason.Name),
        new KeyValuePair<string, object?>(GatewayMeter.Status, GatewayMeter.StatusLabel(refusal.Reason.Status)));

    private readonly record struct RequestSeries(string Caller, string Credential, string Operation, int Status, RequestOutcome Outcome);
}
