using NotionGateway.Notion;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace NotionGateway.Telemetry;

/// <summary>Masks what looks like a secret in log records before they leave, whatever logged them, exceptions included.</summary>
internal sealed class RedactingProcessor : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        data.FormattedMessage = data.FormattedMessage is { } message ? NotionTokenShape.Redact(message) : null;
        data.Body = data.Body is { } body ? NotionTokenShape.Redact(body) : null;
        var attributes = (data.Attributes ?? []).Select(pair => new KeyValuePair<string, object?>(pair.Key, Redacted(pair.Value))).ToList();
        if (data.Exception is { } exception)
        {
            // The exporter would write its texts as they are.
            attributes.Add(new("exception.type", exception.GetType().FullName));
            attributes.Add(new("exception.message", NotionTokenShape.Redact(exception.Message)));
            attributes.Add(new("exception.stacktrace", NotionTokenShape.Redact(exception.ToString())));
            data.Exception = null;
        }

        data.Attributes = attributes;
    }

    /// <summary>What is neither a number nor a boolean is written as text.</summary>
    private static object? Redacted(object? value) => value is null or bool or int or long or double ? value : NotionTokenShape.Redact(value.ToString() ?? "");
}
