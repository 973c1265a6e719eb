using NotionGateway.Settings;
using NotionGateway.Telemetry.Lines;

namespace NotionGateway.Telemetry;

/// <summary>How log lines are written.</summary>
internal enum LogFormat
{
    /// <summary>JSON in a container, text elsewhere.</summary>
    Auto,

    /// <summary>One JSON object a line, for machines.</summary>
    Json,

    /// <summary>One line of text, for a terminal.</summary>
    Text,
}

/// <summary>Section <c>Gateway:Telemetry</c>. Export to a collector is switched on by the standard <c>OTEL_*</c> variables.</summary>
internal sealed record TelemetryOptions
{
    /// <summary>Whether <c>/metrics</c> is served on the management listener; true by default.</summary>
    public required bool Prometheus { get; init; }

    /// <summary>Auto, Json or Text; Auto by default.</summary>
    public required LogFormat LogFormat { get; init; }

    /// <summary>Whether JSON lines have their text beside the values that it is made of; true by default.</summary>
    public required bool LogMessages { get; init; }

    /// <summary>Which part of the requests that Notion answered with 2xx get a line; all by default.</summary>
    public required double LogSuccessRatio { get; init; }

    public static TelemetryOptions Read(SettingsSection section)
    {
        var options = new TelemetryOptions
        {
            Prometheus = section.Flag("Prometheus", true),
            LogFormat = section.Choice("LogFormat", LogFormat.Auto),
            LogMessages = section.Flag("LogMessages", true),
            LogSuccessRatio = section.Number("LogSuccessRatio", 1, 0, 1),
        };
        section.RejectUnknown();
        return options;
    }

    /// <summary>How JSON lines are written where the program runs now; null if lines are text there.</summary>
    public JsonLineOptions? JsonLines(IProcessEnvironment environment)
    {
        var service = environment.Get("OTEL_SERVICE_NAME") is { } name && !string.IsNullOrWhiteSpace(name) ? name.Trim() : "notion-gateway";
        return WritesJson(environment) ? JsonLineOptions.Of(service, InstanceName.Of(environment).Value, LogMessages) : null;
    }

    /// <summary>Whether lines are JSON where the program runs now.</summary>
    public bool WritesJson(IProcessEnvironment environment) => LogFormat switch
    {
        LogFormat.Json => true,
        LogFormat.Text => false,
        _ => environment.Get("DOTNET_RUNNING_IN_CONTAINER") == "true",
    };
}
