using System.Text.Json;
using System.Text.Json.Nodes;
using NotionSandbox.Responses;

namespace NotionSandbox.Requests;

/// <summary>Parses body bytes into a JSON object, as forgiving and as strict as JavaScript is: of two equal names the last one counts.</summary>
internal static class JsonBody
{
    public static JsonObject Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            var body = Node(document.RootElement);
            return body as JsonObject ?? throw Refusal.Field("body", "be an object", body);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // A lone surrogate is well-formed JSON that cannot become a string; to a caller that is one thing with bad syntax.
            throw new Refusal(ErrorCode.InvalidJson, "Error parsing JSON body.");
        }
    }

    private static JsonNode? Node(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Object(element),
        JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select(Node)]),
        JsonValueKind.String => JsonValue.Create(element.GetString()),
        JsonValueKind.Number => JsonValue.Create(element.Clone()),
        JsonValueKind.True or JsonValueKind.False => JsonValue.Create(element.GetBoolean()),
        _ => null,
    };

    private static JsonObject Object(JsonElement element)
    {
        var result = new JsonObject();
        foreach (var property in element.EnumerateObject())
        {
            result[property.Name] = Node(property.Value);
        }

        return result;
    }
}
