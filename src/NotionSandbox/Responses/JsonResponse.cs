using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotionSandbox.Responses;

/// <summary>The usual response: a JSON object, to which the request's id is added last.</summary>
internal sealed class JsonResponse(JsonObject body) : SandboxResponse
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public JsonObject Body => body;

    public override string ContentType => "application/json; charset=utf-8";

    public static JsonResponse Error(ErrorCode code, string message, JsonObject? additionalData = null)
    {
        var body = new JsonObject { ["object"] = "error", ["status"] = code.Status, ["code"] = code.Text, ["message"] = message };
        if (additionalData is not null)
        {
            body["additional_data"] = additionalData.DeepClone();
        }

        return new JsonResponse(body) { Status = code.Status };
    }

    public override void Render(IBufferWriter<byte> output, string requestId)
    {
        var writer = _writer ??= new Utf8JsonWriter(Stream.Null, Options);
        writer.Reset(output);
        writer.WriteStartObject();
        foreach (var (name, value) in body)
        {
            writer.WritePropertyName(name);
            if (value is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                value.WriteTo(writer);
            }
        }

        writer.WriteString("request_id", requestId);
        writer.WriteEndObject();
        writer.Flush();
        writer.Reset(Stream.Null);
    }
}
