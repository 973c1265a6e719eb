using NotionGateway.Access;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Budget;
using NotionGateway.Settings;

namespace NotionGateway.Hosting;

/// <summary>
/// Applies changes of the configuration files while the gateway runs. The whole configuration is read and checked
/// first; if anything is wrong, nothing changes.
/// </summary>
internal sealed class SettingsReloader(
    SettingsSource source,
    IConfiguration started,
    Reloadable<AccessOptions> access,
    Reloadable<CredentialsOptions> credentials,
    Reloadable<FlowControlOptions> flowControl,
    TimeProvider time,
    ILogger<SettingsReloader> log)
    : BackgroundLoop(TimeSpan.FromSeconds(1), time, log)
{
    private static readonly string[] Ours = ["Gateway:", "Kestrel:", "Logging:"];

    private static readonly string[] Reloadable = ["Gateway:Access:", "Gateway:Credentials:", "Gateway:FlowControl:"];

    private volatile string _taken = source.Loaded;

    /// <summary>Reads everything again within a second, changed or not.</summary>
    public void ReadAgain() => _taken = "";

    protected override Task TickAsync(CancellationToken stopping)
    {
        if (source.Fingerprint() is var seen && seen != _taken)
        {
            _taken = seen;
            TryReload();
        }

        return Task.CompletedTask;
    }

    private void TryReload()
    {
        try
        {
            Reload();
        }
        catch (Exception exception)
        {
            // A defect in reading settings must not end a program that runs well on those it has.
            Log.ReloadBroke(exception);
        }
    }

    private void Reload()
    {
        var errors = new SettingErrors();
        var (configuration, settings) = GatewaySettings.Read(source, errors);
        if (errors.All.Count > 0)
        {
            Log.ReloadRefused(errors.All.Count, string.Join("; ", errors.All));
            return;
        }

        flowControl.Replace(settings.FlowControl);

        // At every moment each caller's credential must be there: new ones come before the callers, old ones go after them.
        credentials.Replace(settings.Credentials.And(credentials.Current));
        access.Replace(settings.Access);
        credentials.Replace(settings.Credentials);
        Log.Reloaded(settings.Access.Callers.Count, settings.Credentials.All.Count);
        if (Fixed(configuration) != Fixed(started))
        {
            Log.NeedsRestart();
        }
    }

    /// <summary>The settings that only a restart applies, as one text to compare.</summary>
    private static string Fixed(IConfiguration configuration) => string.Join('\n', configuration.AsEnumerable()
        .Where(pair => pair.Value is not null && IsUnder(pair.Key, Ours) && !IsUnder(pair.Key, Reloadable))
        .OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
        .Select(pair => $"{pair.Key.ToUpperInvariant()}={pair.Value}"));

    private static bool IsUnder(string path, string[] sections) =>
        Array.Exists(sections, section => path.StartsWith(section, StringComparison.OrdinalIgnoreCase));
}
