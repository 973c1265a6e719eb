using System.Text.Json.Nodes;
using NotionSandbox.Ids;
using NotionSandbox.Json;
using NotionSandbox.Responses;

namespace NotionSandbox.Requests;

/// <summary>Ids inside a body or a query.</summary>
internal static class IdField
{
    /// <summary>The id in a field, or null when the field is not there.</summary>
    public static string? Optional(JsonNode? node, string name, string path) => node.Text(name) is { } text
        ? Parse(text, $"{path}.{name}")
        : null;

    public static string Required(JsonNode? node, string name, string path) => Optional(node, name, path) ?? throw Refusal.Missing($"{path}.{name}");

    public static string? OptionalInQuery(Call call, string name) => call.Query[name] is { } text ? Parse(text, $"query.{name}") : null;

    private static string Parse(string text, string path) => IdText.TryParse(text, out var id) ? id : throw Refusal.Field(path, "be a valid uuid", text);
}
