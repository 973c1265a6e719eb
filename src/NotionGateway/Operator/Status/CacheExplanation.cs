using System.Globalization;
using NotionGateway.Access;
using NotionGateway.Caching.Store;
using NotionGateway.Notion;

namespace NotionGateway.Operator.Status;

/// <summary>Says whether a request can be answered from memory, and if not, why.</summary>
internal static class CacheExplanation
{
    /// <summary>Null where nothing is stored.</summary>
    public static string? Of(CachingOptions caching, Caller caller, NotionOperation operation) =>
        !caching.Stores ? null
        : !operation.Reads ? "a write: the stored responses that it touches are dropped"
        : !operation.Cacheable ? $"never from memory: {operation.Name} cannot be stored"
        : caching.PolicyNamed(caller.Cache) is not { } policy ? "never from memory: the caller has no policy (Cache)"
        : !policy.Covers(operation) ? $"never from memory: policy {caller.Cache} leaves {operation.Name} out"
        : $"from memory by policy {caller.Cache}, while nothing it depends on has changed: up to {Text(policy.Ttl)} old"
            + (policy.TtlWithEvents is { } more ? $", {Text(more)} while a webhook tells of changes" : "")
            + Longer(policy.StaleWhileLimited, "while permits are scarce")
            + Longer(policy.StaleIfError, "if Notion fails");

    private static string Longer(TimeSpan time, string when) => time == TimeSpan.Zero ? "" : $", {Text(time)} older {when}";

    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);
}
