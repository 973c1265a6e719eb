using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using NotionSandbox.Json;

namespace NotionSandbox.Responses;

/// <summary>A response that comes in pieces, as server-sent events with a pause before each.</summary>
internal sealed class EventStreamResponse(IReadOnlyList<JsonObject> events, TimeSpan pause) : SandboxResponse
{
    public override string ContentType => "text/event-stream; charset=utf-8";

    public TimeSpan Pause => pause;

    public int Count => events.Count;

    public byte[] RenderEvent(int index)
    {
        var data = events[index];
        return Encoding.UTF8.GetBytes($"event: {data["type"]}\ndata: {JsonText.Of(data)}\n\n");
    }

    public override void Render(IBufferWriter<byte> output, string requestId)
    {
        for (var i = 0; i < events.Count; i++)
        {
            output.Write(RenderEvent(i));
        }
    }
}
