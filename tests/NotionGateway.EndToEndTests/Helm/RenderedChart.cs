using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using YamlDotNet.Serialization;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>What Helm rendered: as text, as a tree, and as the objects that Kubernetes knows.</summary>
internal sealed class RenderedChart(string text)
{
    private static readonly IDeserializer Reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization()
        .WithDuplicateKeyChecking().Build();

    public string Text { get; } = text;

    public IReadOnlyList<JsonNode> Objects { get; } = Parse(text);

    /// <summary>The settings that the ConfigMap holds.</summary>
    public JsonNode Settings => JsonNode.Parse(SettingsText)!;

    public string SettingsText => One<V1ConfigMap>("ConfigMap", "-config").Data["gateway.json"];

    public V1Deployment Deployment => One<V1Deployment>("Deployment");

    public V1PodSpec Pod => Deployment.Spec.Template.Spec;

    public V1Container Container => Pod.Containers.Single(container => container.Name == "gateway");

    public IEnumerable<JsonNode> OfKind(string kind) => Objects.Where(item => (string?)item["kind"] == kind);

    public JsonNode One(string kind, string ending = "") =>
        OfKind(kind).Single(item => ((string?)item["metadata"]!["name"])!.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>The one object of a kind, read by Kubernetes' own model: a field that it does not know is an error.</summary>
    public T One<T>(string kind, string ending = "") => (T)Strictly(One(kind, ending), typeof(T));

    /// <summary>JSON is YAML, so that an object of the tree can go through the strict reader.</summary>
    public static object Strictly(JsonNode item, Type type) =>
        KubernetesYaml.LoadAllFromString(item.ToJsonString(), new Dictionary<string, Type> { [KindOf(item)] = type }, strict: true).Single();

    /// <summary>Version and kind, such as <c>apps/v1/Deployment</c>.</summary>
    public static string KindOf(JsonNode item) => $"{item["apiVersion"]!.GetValue<string>()}/{item["kind"]!.GetValue<string>()}";

    public static IReadOnlyList<JsonNode> Parse(string text)
    {
        var documents = text.Split("\n---\n").Select(part => part.StartsWith("---\n") ? part[4..] : part);
        return [.. documents.Select(part => Tree(Reader.Deserialize<object?>(part))).Where(tree => tree is not null).Select(tree => tree!)];
    }

    private static JsonNode? Tree(object? value) => value switch
    {
        null => null,
        Dictionary<object, object?> map => new JsonObject(map.Select(pair => KeyValuePair.Create((string)pair.Key, Tree(pair.Value)))),
        List<object?> list => new JsonArray([.. list.Select(Tree)]),
        _ => JsonValue.Create(value) as JsonNode ?? throw new InvalidOperationException(),
    };
}
