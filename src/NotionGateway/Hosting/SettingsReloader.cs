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
    /// <summary>What was wrong may lie in another file, such as a token's, and be right by now.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(10);

    private volatile string _taken = source.Loaded;
    private TimeSpan _again = TimeSpan.MaxValue;

    /// <summary>Reads everything again within a second, changed or not.</summary>
    public void ReadAgain() => _taken = "";

    protected override Task TickAsync(CancellationToken stopping)
    {
        var seen = source.Fingerprint();
        var isNew = seen != _taken;
        if (isNew || Time.Monotonic() >= _again)
        {
            (_taken, _again) = (seen, TimeSpan.MaxValue);
            TryReload(isNew);
        }

        return Task.CompletedTask;
    }

    private void TryReload(bool isNew)
    {
        try
        {
            Reload(isNew);
        }
        catch (Exception exception)
        {
            // A defect in reading settings must not end a program that runs well on those it has.
            Log.ReloadBroke(exception);
            status.Refused(["The gateway has a defect: its log has the details (ReloadBroke)."], Time.GetUtcNow());
        }
    }

    private void Reload(bool isNew)
    {
        var errors = new SettingErrors();
        var (configuration, settings) = GatewaySettings.Read(source, errors);
        if (errors.All.Count > 0)
        {
            _again = Time.Monotonic() + AfterRefusal;
            List<string> wrong = [.. errors.All.Select(error => error.ToString())];
            if (isNew || !wrong.SequenceEqual(status.Current.Errors, StringComparer.Ordinal))
            {
                status.Refused(wrong, Time.GetUtcNow());
                Log.ReloadRefused(wrong.Count, string.Join("; ", wrong));
            }

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
