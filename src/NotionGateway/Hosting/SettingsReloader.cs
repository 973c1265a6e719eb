using NotionGateway.Access;
using NotionGateway.Credentials;
using NotionGateway.Settings;

namespace NotionGateway.Hosting;

/// <summary>
/// Takes up changes of the configuration files while the gateway runs. The whole configuration is read and checked
/// first; if anything is wrong, nothing changes.
/// </summary>
internal sealed class SettingsReloader(
    SettingsSource source, IConfiguration started, Live<AccessOptions> access, Live<CredentialsOptions> credentials, TimeProvider time, ILogger<SettingsReloader> log) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private static readonly string[] Live = ["Gateway:Access", "Gateway:Credentials"];

    private string _taken = source.Fingerprint();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        await using var stop = stoppingToken.Register(timer.Dispose);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            if (source.Fingerprint() is var seen && seen != _taken)
            {
                _taken = seen;
                Reload();
            }
        }
    }

    private void Reload()
    {
        var errors = new SettingErrors();
        var configuration = source.Load(errors);
        var settings = GatewaySettings.Read(configuration, errors);
        if (errors.All.Count > 0)
        {
            log.ReloadRefused(errors.All.Count, string.Join("; ", errors.All));
            return;
        }

        // Credentials first: a new caller may need a new one.
        credentials.Replace(settings.Credentials);
        access.Replace(settings.Access);
        log.Reloaded(settings.Access.Callers.Count, settings.Credentials.All.Count);
        if (Fixed(configuration) != Fixed(started))
        {
            log.NeedsRestart();
        }
    }

    /// <summary>The settings that only a restart takes up, as one text to compare.</summary>
    private static string Fixed(IConfiguration configuration) => string.Join('\n', configuration.AsEnumerable()
        .Where(pair => pair.Key.StartsWith("Gateway:", StringComparison.OrdinalIgnoreCase) || pair.Key.StartsWith("Kestrel:", StringComparison.OrdinalIgnoreCase))
        .Where(pair => !Array.Exists(Live, live => pair.Key.StartsWith(live, StringComparison.OrdinalIgnoreCase)))
        .OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
        .Select(pair => $"{pair.Key.ToUpperInvariant()}={pair.Value}"));
}
