using OpenTelemetry.Metrics;

namespace NotionGateway.Telemetry;

/// <summary>
/// How many series an instrument may have. Beyond its limit the SDK folds further ones into one without a word, so the limits lie
/// above what 200 callers, 50 credentials and all operations make in real life; a test fills them up to there.
/// </summary>
internal static class SeriesLimits
{
    private const int Default = 2_000;

    private static readonly Dictionary<string, int> Larger = new(StringComparer.Ordinal)
    {
        ["notion_gateway.requests"] = 60_000,
        ["notion_gateway.request.duration"] = 6_000,
        ["notion_gateway.denials"] = 20_000,
        ["notion_gateway.upstream.requests"] = 12_000,
        ["notion_gateway.upstream.responses"] = 60_000,
    };

    public static int Of(string instrument) => Larger.GetValueOrDefault(instrument, Default);

    /// <summary>
    /// What the framework measures at each request says what ours says, at the price of a search for a series each time, for each reader. The
    /// number of connections is among them because each request makes one idle, busy and idle again.
    /// </summary>
    private static readonly string[] Told =
    [
        "http.server.request.duration", "http.server.active_requests",
        "http.client.request.duration", "http.client.active_requests", "http.client.request.time_in_queue", "http.client.open_connections",
    ];

    public static MeterProviderBuilder AddSeriesLimits(this MeterProviderBuilder metrics) => metrics.AddView(instrument =>
        instrument.Meter.Name == GatewayMeter.Name ? new MetricStreamConfiguration { CardinalityLimit = Of(instrument.Name) }
        : Array.IndexOf(Told, instrument.Name) >= 0 ? MetricStreamConfiguration.Drop
        : null);
}
