using System.Diagnostics;
using System.Text.Json;

namespace NotionGateway.Telemetry.Lines;

/// <summary>What JSON lines have beside their entry.</summary>
/// <param name="Service">The name of the service, on each line.</param>
/// <param name="Instance">Which of its instances wrote the line.</param>
/// <param name="HasMessages">Whether a line has its text beside the values that the text is made of.</param>
internal sealed record JsonLineOptions(JsonEncodedText Service, JsonEncodedText Instance, bool HasMessages)
{
    public static JsonLineOptions Of(string service, string instance, bool hasMessages) =>
        new(JsonEncodedText.Encode(service), JsonEncodedText.Encode(instance), hasMessages);
}

/// <summary>The caller's own trace, for the lines that this thread writes about a request of which the gateway itself makes no span.</summary>
internal static class CallerTrace
{
    [ThreadStatic]
    private static ActivityTraceId _current;

    public static ActivityTraceId Current
    {
        get => _current;
        set => _current = value;
    }
}
