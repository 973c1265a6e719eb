using System.Diagnostics.Metrics;
using NotionGateway.Caching.Store;
using NotionGateway.Notion;

namespace NotionGateway.Caching;

/// <summary>How requests were served that the gateway may serve without a permit of their own, and what that saved.</summary>
internal sealed class CachingMetrics
{
    private readonly SeriesCounter<CacheSeries> _requests;
    private readonly SeriesCounter<NamedSeries> _saved;
    private readonly SeriesCounter<NamedSeries> _evictions;
    private readonly SeriesCounter<NamedSeries> _invalidations;
    private readonly Histogram<double> _age;

    public CachingMetrics(IMeterFactory meters, CacheStore store)
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
        _saved = Named(meter, "notion_gateway.cache.saved_permits", "{permit}", "Requests that were served without a permit of their own.", "credential");
        _evictions = Named(meter, "notion_gateway.cache.evictions", "{response}", "Stored responses that were dropped.", "cause");
        _invalidations = Named(meter, "notion_gateway.cache.invalidations", "{change}", "Changes that made stored responses untrue.", "source");
        _age = meter.CreateHistogram<double>("notion_gateway.cache.age", "s", "Age of stored responses that were given out.", advice: Buckets.Wait);
        meter.CreateObservableGauge("notion_gateway.cache.bytes", () => store.Bytes, "By", "Memory that stored responses take.");
        meter.CreateObservableGauge("notion_gateway.cache.entries", () => store.Count, "{response}", "Stored responses.");
        store.Evicted += why => _evictions.Add(new NamedSeries(Label(why)));
    }

    /// <summary>A request was served by the response to another that waited with it.</summary>
    public void Joined(string caller, NotionOperation operation, CredentialName credential)
    {
        Served(caller, operation, "joined");
        _saved.Add(new NamedSeries(credential.Label));
    }

    /// <summary>A request got a stored response.</summary>
    public void Hit(string caller, NotionOperation operation, CredentialName credential, TimeSpan age)
    {
        Served(caller, operation, "hit");
        _saved.Add(new NamedSeries(credential.Label));
        _age.Record(age.TotalSeconds);
    }

    /// <summary>A request got a stored response that is older than usual.</summary>
    public void Stale(string caller, NotionOperation operation, TimeSpan age)
    {
        Served(caller, operation, "stale");
        _age.Record(age.TotalSeconds);
    }

    public void Served(string caller, NotionOperation operation, string outcome) => _requests.Add(new CacheSeries(caller, operation.Name, outcome));

    public void Invalidated(string source) => _invalidations.Add(new NamedSeries(source));

    private static SeriesCounter<NamedSeries> Named(Meter meter, string name, string unit, string description, string label) =>
        new(meter, name, unit, description, series => [new(label, series.Name)]);

    private static string Label(Eviction why) => why switch
    {
        Eviction.Size => "size",
        Eviction.Replaced => "replaced",
        _ => "invalidated",
    };

    private readonly record struct CacheSeries(string Caller, string Operation, string Outcome);

    private readonly record struct NamedSeries(string Name);
}
