using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using NotionGateway.Notion;

namespace NotionGateway.Telemetry.Lines;

/// <summary>
/// Makes one JSON object, on one line, of a log entry. Members have the names that the framework's JSON console gives them, so that
/// whatever reads those reads these. Each text is masked by value.
/// </summary>
internal static class JsonLineFormat
{
    private const string Template = "{OriginalFormat}";

    // Lines are read by machines and people, never by browsers.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public static void Write<TState>(
        IBufferWriter<byte> to, JsonLineOptions options, DateTimeOffset now, LogLevel level, string category, EventId eventId, string text,
        Exception? exception, TState state)
    {
        var values = state is IReadOnlyList<KeyValuePair<string, object?>> { Count: > 1 } some ? some : null;
        var json = _writer ??= new Utf8JsonWriter(to, Options);
        json.Reset(to);
        json.WriteStartObject();
        json.WriteString("Timestamp"u8, now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("LogLevel"u8, Word(level));
        json.WriteNumber("EventId"u8, eventId.Id);
        if (eventId.Name is { } name)
        {
            json.WriteString("EventName"u8, name);
        }

        json.WriteString("Category"u8, category);
        json.WriteString("service"u8, options.Service);
        json.WriteString("instance"u8, options.Instance);
        if (options.HasMessages || values is null)
        {
            json.WriteString("Message"u8, NotionTokenShape.Redact(text));
        }

        if (exception is not null)
        {
            json.WriteString("Exception"u8, NotionTokenShape.Redact(exception.ToString()));
        }

        if (CallerTrace.OfLine is var trace && trace != default)
        {
            json.WriteString("TraceId"u8, trace.ToHexString());
        }

        if (Activity.Current is { Source.Name: GatewayMeter.Name } span)
        {
            json.WriteString("SpanId"u8, span.SpanId.ToHexString());
        }

        if (values is not null)
        {
            json.WriteStartObject("State"u8);
            foreach (var (key, value) in values)
            {
                Write(json, key, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        to.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, string key, object? value)
    {
        switch (value)
        {
            case var _ when key == Template:
                break;
            case null:
                json.WriteNull(key);
                break;
            case bool truth:
                json.WriteBoolean(key, truth);
                break;
            case int number:
                json.WriteNumber(key, number);
                break;
            case long number:
                json.WriteNumber(key, number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(key, Math.Round(number, 3));
                break;
            default:
                json.WriteString(key, NotionTokenShape.Redact(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
                break;
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => nameof(LogLevel.Trace),
        LogLevel.Debug => nameof(LogLevel.Debug),
        LogLevel.Information => nameof(LogLevel.Information),
        LogLevel.Warning => nameof(LogLevel.Warning),
        LogLevel.Error => nameof(LogLevel.Error),
        _ => nameof(LogLevel.Critical),
    };
}
