using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotionSandbox.Json;

/// <summary>Reads fields of JSON that callers sent, and that therefore may be of any kind: what is of another kind than asked for is null.</summary>
internal static class JsonRead
{
    public static string? Text(this JsonNode? node, string name) => node is JsonObject fields ? Text(fields[name]) : null;

    public static string? Text(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool? Flag(this JsonNode? node, string name) => node is JsonObject fields ? Flag(fields[name]) : null;

    public static bool? Flag(this JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    public static double? Number(this JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;

    public static JsonObject? Object(this JsonNode? node, string name) => node is JsonObject fields ? fields[name] as JsonObject : null;

    public static JsonArray? List(this JsonNode? node, string name) => node is JsonObject fields ? fields[name] as JsonArray : null;
}
