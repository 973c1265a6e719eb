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

/// <summary>The trace that a line belongs to. The caller's own is set while this thread writes about a request of which the gateway makes no span.</summary>
internal static class CallerTrace
{
    [ThreadStatic]
    private static ActivityTraceId _current;

    public static ActivityTraceId Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>The trace of the gateway's own span, else of the caller; default if there is none.</summary>
    public static ActivityTraceId OfLine => Activity.Current is { Source.Name: GatewayMeter.Name } span ? span.TraceId : _current;
}
