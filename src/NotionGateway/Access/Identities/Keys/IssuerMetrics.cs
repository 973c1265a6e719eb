using System.Diagnostics.Metrics;

namespace NotionGateway.Access.Identities.Keys;

/// <summary>What is measured of issuers and their keys.</summary>
internal sealed class IssuerMetrics(IMeterFactory meters)
{
    private const string Issuer = "issuer";

    private readonly Meter _meter = meters.CreateGatewayMeter();
    private readonly Counter<long> _fetches = meters.CreateGatewayMeter().CreateCounter<long>(
        "notion_gateway.issuer.fetches", "{fetch}", "Readings of an issuer's keys.");

    public void Fetched(string issuer, string outcome) => _fetches.Add(
        1, new KeyValuePair<string, object?>(Issuer, issuer), new KeyValuePair<string, object?>(GatewayMeter.Outcome, outcome));

    /// <summary>Shows the keys that these issuers have at the moment.</summary>
    public void Observe(Func<IEnumerable<IssuerKeys>> issuers)
    {
        _meter.CreateObservableGauge(
            "notion_gateway.issuer.keys",
            () => issuers().Select(keys => new Measurement<int>(keys.Current?.Keys.Count ?? 0, new KeyValuePair<string, object?>(Issuer, keys.Issuer))),
            "{key}",
            "Keys of an issuer that tokens are checked with.");
        _meter.CreateObservableGauge(
            "notion_gateway.issuer.keys_age",
            () => issuers().Where(keys => keys.Age is not null)
                .Select(keys => new Measurement<double>(keys.Age!.Value.TotalSeconds, new KeyValuePair<string, object?>(Issuer, keys.Issuer))),
            "s",
            "Time since the keys of an issuer were last read.");
    }
}
