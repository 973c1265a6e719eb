using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>The kinds of operators, as far as the chart uses them; any other field is an error.</summary>
internal static class CustomResources
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
    };

    public static object? Strictly(string kind, JsonNode item) => kind switch
    {
        "monitoring.coreos.com/v1/ServiceMonitor" => item.Deserialize<Resource<MonitorSpec>>(Strict),
        "monitoring.coreos.com/v1/PodMonitor" => item.Deserialize<Resource<PodMonitorSpec>>(Strict),
        "gateway.networking.k8s.io/v1/HTTPRoute" => item.Deserialize<Resource<RouteSpec>>(Strict),
        "monitoring.coreos.com/v1/PrometheusRule" => item.Deserialize<Resource<RuleSpec>>(Strict),
        "external-secrets.io/v1/ExternalSecret" => item.Deserialize<Resource<ExternalSecretSpec>>(Strict),
        _ => throw new JsonException($"{kind} is not a kind that this chart makes."),
    };

    public sealed record Resource<TSpec>(string ApiVersion, string Kind, Metadata Metadata, TSpec Spec);

    public sealed record Metadata(string Name, string Namespace, Dictionary<string, string> Labels, Dictionary<string, string>? Annotations);

    public sealed record Selector(Dictionary<string, string> MatchLabels);

    public sealed record MonitorSpec(Selector Selector, Namespaces NamespaceSelector, Endpoint[] Endpoints, string? JobLabel);

    public sealed record PodMonitorSpec(Selector Selector, Namespaces NamespaceSelector, Endpoint[] PodMetricsEndpoints, string? JobLabel);

    public sealed record RouteSpec(JsonElement[] ParentRefs, string[] Hostnames, RouteRule[] Rules);

    public sealed record RouteRule(Backend[] BackendRefs);

    public sealed record Backend(string Name, int Port);

    public sealed record Namespaces(string[] MatchNames);

    public sealed record Endpoint(
        string Port, string Path, string Interval, string? ScrapeTimeout, bool? HonorLabels, JsonElement[]? Relabelings, JsonElement[]? MetricRelabelings);

    public sealed record RuleSpec(Group[] Groups);

    public sealed record Group(string Name, string? Interval, Rule[] Rules);

    public sealed record Rule(
        string? Alert, string? Record, JsonElement Expr, string? For, [property: JsonPropertyName("keep_firing_for")] string? KeepFiringFor,
        Dictionary<string, JsonElement>? Labels, Dictionary<string, string>? Annotations);

    public sealed record ExternalSecretSpec(string RefreshInterval, Store SecretStoreRef, Target Target, Datum[] Data);

    public sealed record Store(string Name, string Kind);

    public sealed record Target(string Name, string CreationPolicy);

    public sealed record Datum(string SecretKey, Remote RemoteRef);

    public sealed record Remote(string Key, string? Property, string? Version);
}
