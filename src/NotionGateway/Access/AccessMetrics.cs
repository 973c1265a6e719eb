using System.Diagnostics.Metrics;

namespace NotionGateway.Access;

/// <summary>What the first stage counts itself; refusals are counted where requests end.</summary>
internal sealed class AccessMetrics
{
    private readonly Counter<long> _queryTokens;

    public AccessMetrics(IMeterFactory meters) => _queryTokens = meters.CreateGatewayMeter().CreateCounter<long>(
        "notion_gateway.query_tokens", "{token}", "Credentials found in query strings.");

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
