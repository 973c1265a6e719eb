using System.Diagnostics.Metrics;

namespace NotionGateway.Webhooks;

/// <summary>What comes in from Notion's webhooks, and how late.</summary>
internal sealed class WebhooksMetrics
{
    /// <summary>The label for a name that is not configured.</summary>
    public const string None = "none";

    private readonly Meter _meter;
    private readonly Counter<long> _deliveries;
    private readonly Histogram<double> _delay;

    public WebhooksMetrics(IMeterFactory meters)
    {
        _meter = meters.CreateGatewayMeter();
        _deliveries = _meter.CreateCounter<long>("notion_gateway.webhooks", "{delivery}", "Deliveries to the webhooks listener, by how they ended.");
        _delay = _meter.CreateHistogram<double>(
            "notion_gateway.webhooks.delay", "s", "Time from a change in Notion to the event that tells of it.", advice: Delays);
    }

    private static InstrumentAdvice<double> Delays => new() { HistogramBucketBoundaries = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600, 86400] };

    public void Ended(string webhook, DeliveryOutcome outcome) => _deliveries.Add(
        1, new KeyValuePair<string, object?>("webhook", webhook), new KeyValuePair<string, object?>(GatewayMeter.Outcome, Label(outcome)));

    public void Delayed(TimeSpan age) => _delay.Record(age.TotalSeconds);

    /// <summary>Shows for each webhook whether events come.</summary>
    public void Observe(IReadOnlyList<WebhookOptions> webhooks, Func<WebhookOptions, bool> isLive) => _meter.CreateObservableGauge(
        "notion_gateway.webhooks.live",
        () => webhooks.Select(webhook => new Measurement<int>(isLive(webhook) ? 1 : 0, new KeyValuePair<string, object?>("webhook", webhook.Name))),
        "{webhook}",
        "Whether an event came within the last hour: 1 or 0.");

    public static string Label(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Applied => "applied",
        DeliveryOutcome.UnknownType => "unknown_type",
        DeliveryOutcome.Duplicate => "duplicate",
        DeliveryOutcome.TokenHeld => "token_held",
        DeliveryOutcome.BadSignature => "bad_signature",
        DeliveryOutcome.Malformed => "malformed",
        DeliveryOutcome.OtherWorkspace => "other_workspace",
        DeliveryOutcome.NotReady => "not_ready",
        _ => "unknown",
    };
}
