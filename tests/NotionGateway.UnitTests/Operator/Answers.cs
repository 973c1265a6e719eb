using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using NotionGateway.Operator;

namespace NotionGateway.UnitTests.Operator;

/// <summary>Checks responses as an operator gets them.</summary>
internal static class Answers
{
    public static JsonObject Json(this OperatorResponse response)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            response.Body(json);
            json.WriteEndObject();
        }

        return (JsonObject)JsonNode.Parse(buffer.WrittenSpan)!;
    }
}
