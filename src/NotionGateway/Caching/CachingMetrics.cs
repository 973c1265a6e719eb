using System.Diagnostics.Metrics;
using NotionGateway.Notion;

namespace NotionGateway.Caching;

/// <summary>How requests were served that the gateway may serve without a permit of their own, and what that saved.</summary>
internal sealed class CachingMetrics
{
    private readonly SeriesCounter<CacheSeries> _requests;
    private readonly SeriesCounter<SavedSeries> _saved;

    public CachingMetrics(IMeterFactory meters)
    {
        var meter = meters.CreateGatewayMeter();
        _requests = new(
            meter,
            "notion_gateway.cache.requests",
            "{request}",
            "Requests that the cache had a part in, by what it did.",
            static series =>
            [
                new(GatewayMeter.Caller, series.Caller),
                new(GatewayMeter.Operation, series.Operation),
                new(GatewayMeter.Outcome, series.Outcome),
            ]);
        _saved = new(
            meter,
            "notion_gateway.cache.saved_permits",
            "{permit}",
            "Requests that were served without a permit of their own.",
            static series => [new(GatewayMeter.Credential, series.Credential)]);
    }

    /// <summary>A request was served by the response to another that waited with it.</summary>
    public void Joined(string caller, NotionOperation operation, CredentialName credential)
    {
        _requests.Add(new CacheSeries(caller, operation.Name, "joined"));
        _saved.Add(new SavedSeries(credential.Label));
    }

    private readonly record struct CacheSeries(string Caller, string Operation, string Outcome);

    private readonly record struct SavedSeries(string Credential);
}
