using NotionGateway.Access;
using NotionGateway.Caching.Store;
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
    Reloadable<CachingOptions> caching,
    ConfigurationStatus status,
    TimeProvider time,
    ILogger<SettingsReloader> log)
    : BackgroundLoop(TimeSpan.FromSeconds(1), time, log)
{
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
            status.Refused(["The gateway has a defect: its log has the details (ReloadBroke)."], Time.GetUtcNow());
        }
    }

    private void Reload()
    {
        var errors = new SettingErrors();
        var (configuration, settings) = GatewaySettings.Read(source, errors);
        if (errors.All.Count > 0)
        {
            status.Refused([.. errors.All.Select(error => error.ToString())], Time.GetUtcNow());
            Log.ReloadRefused(errors.All.Count, string.Join("; ", errors.All));
            return;
        }

        // Whether the limit is split follows from Gateway:Shared, which only a restart applies.
        flowControl.Replace(settings.FlowControl with { Splits = flowControl.Current.Splits });
        caching.Replace(settings.Caching);

        // At every moment each caller's credential must be there: new ones come before the callers, old ones go after them.
        credentials.Replace(settings.Credentials.And(credentials.Current));
        access.Replace(settings.Access);
        credentials.Replace(settings.Credentials);
        var needRestart = SettingsDigest.NeedRestart(started, configuration);
        status.Accepted(SettingsDigest.Of(configuration), Time.GetUtcNow(), needRestart);
        Log.Reloaded(settings.Access.Callers.Count, settings.Credentials.All.Count);
        if (needRestart.Count > 0)
        {
            Log.NeedsRestart(string.Join(", ", needRestart));
        }
    }
}
