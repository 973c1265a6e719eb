using NotionGateway.Settings;

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

    public static TelemetryOptions Read(SettingsSection section)
    {
        var options = new TelemetryOptions
        {
            Prometheus = section.Flag("Prometheus", true),
            LogFormat = section.Choice("LogFormat", LogFormat.Auto),
        };
        section.RejectUnknown();
        return options;
    }

    /// <summary>Whether lines are JSON where the program runs now.</summary>
    public bool WritesJson(IProcessEnvironment environment) => LogFormat switch
    {
        LogFormat.Json => true,
        LogFormat.Text => false,
        _ => environment.Get("DOTNET_RUNNING_IN_CONTAINER") == "true",
    };
}
