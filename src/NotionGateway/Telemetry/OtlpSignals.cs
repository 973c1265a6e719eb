using NotionGateway.Settings;

namespace NotionGateway.Telemetry;

/// <summary>
/// Which signals go to a collector, by the standard variables (OpenTelemetry specification, "Environment Variable
/// Specification"): an endpoint switches a signal on, an exporter "none" switches it off.
/// </summary>
internal sealed record OtlpSignals(bool Metrics, bool Traces, bool Logs)
{
    private const string Prefix = "OTEL_";

    public static OtlpSignals Read(IProcessEnvironment environment)
    {
        var disabled = Is(environment, "OTEL_SDK_DISABLED", "true");
        return new OtlpSignals(On("METRICS"), On("TRACES"), On("LOGS"));

        bool On(string signal) =>
            !disabled
            && (IsSet(environment, "OTEL_EXPORTER_OTLP_ENDPOINT") || IsSet(environment, $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"))
            && !Is(environment, $"OTEL_{signal}_EXPORTER", "none");
    }

    /// <summary>The standard variables, as the configuration that the exporters read.</summary>
    public static Dictionary<string, string?> Variables(IProcessEnvironment environment) =>
        environment.All
            .Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key, pair => (string?)pair.Value, StringComparer.Ordinal);

    private static bool IsSet(IProcessEnvironment environment, string name) => !string.IsNullOrWhiteSpace(environment.Get(name));

    private static bool Is(IProcessEnvironment environment, string name, string value) =>
        string.Equals(environment.Get(name), value, StringComparison.OrdinalIgnoreCase);
}
