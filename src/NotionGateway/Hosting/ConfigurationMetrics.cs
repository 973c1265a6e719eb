using System.Diagnostics.Metrics;
using NotionGateway.Settings;

namespace NotionGateway.Hosting;

/// <summary>Which configuration is in force, and whether the last change to it was refused.</summary>
internal sealed class ConfigurationMetrics
{
    /// <summary>The reader of a gauge keeps showing a series that is no longer measured: a hash that is gone is measured as zero.</summary>
    private const int MostHashes = 100;

    private readonly Lock _gate = new();
    private readonly List<string> _hashes = [];

    public ConfigurationMetrics(IMeterFactory meters, ConfigurationStatus status)
    {
        var meter = meters.CreateGatewayMeter();
        meter.CreateObservableCounter("notion_gateway.config.reloads", () => Reloads(status.Current), "{reload}", "Changes of the configuration, by outcome.");
        meter.CreateObservableGauge(
            "notion_gateway.config.last_success",
            () => status.Current.AcceptedAt.ToUnixTimeMilliseconds() / 1000.0,
            "s",
            "When the configuration in force was read, as Unix time.");
        meter.CreateObservableGauge(
            "notion_gateway.config.refused",
            () => status.Current.Errors.Count,
            "{error}",
            "Errors of the last change of the configuration, if it was refused; 0 if it was accepted.");
        meter.CreateObservableGauge(
            "notion_gateway.config.restart_needed",
            () => status.Current.NeedRestart.Count > 0 ? 1 : 0,
            unit: null,
            "1 if a change of the configuration waits for a restart.");
        meter.CreateObservableGauge(
            "notion_gateway.config.info", () => Hashes(status.Current.Hash), unit: null, "1 for the digest of the configuration in force.");
    }

    private static Measurement<long>[] Reloads(ConfigurationVersion version) =>
    [
        new(version.Accepted, new KeyValuePair<string, object?>(GatewayMeter.Outcome, "accepted")),
        new(version.Refused, new KeyValuePair<string, object?>(GatewayMeter.Outcome, "refused")),
    ];

    private Measurement<int>[] Hashes(string current)
    {
        lock (_gate)
        {
            if (!_hashes.Contains(current, StringComparer.Ordinal) && _hashes.Count < MostHashes)
            {
                _hashes.Add(current);
            }

            return [.. _hashes.Select(hash => new Measurement<int>(hash == current ? 1 : 0, new KeyValuePair<string, object?>("hash", hash)))];
        }
    }
}
