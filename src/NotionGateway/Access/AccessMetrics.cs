using System.Diagnostics.Metrics;

namespace NotionGateway.Access;

/// <summary>What the first stage counts itself; refusals are counted where requests end.</summary>
internal sealed class AccessMetrics
{
    private readonly Counter<long> _queryTokens;

    public AccessMetrics(IMeterFactory meters, Reloadable<AccessRules> rules, KeyUses uses)
    {
        var meter = meters.CreateGatewayMeter();
        _queryTokens = meter.CreateCounter<long>("notion_gateway.query_tokens", "{token}", "Credentials found in query strings.");
        meter.CreateObservableGauge(
            "notion_gateway.key.last_used",
            () => rules.Current.Keys.Select(known => new Measurement<long>(
                uses.LastUsed(known.Key),
                new KeyValuePair<string, object?>(GatewayMeter.Caller, known.Caller.Name),
                new KeyValuePair<string, object?>("key", known.Key.Short))),
            "s",
            "When a caller's key was last presented, as Unix time; 0 if not since the start.");
    }

    public void QueryTokens(int found, Caller? caller, bool rejected)
    {
        if (found > 0)
        {
            _queryTokens.Add(
                found,
                new KeyValuePair<string, object?>(GatewayMeter.Caller, caller?.Name ?? Caller.Unknown),
                new KeyValuePair<string, object?>("action", rejected ? "rejected" : "stripped"));
        }
    }
}
