using System.CommandLine;
using NotionGateway.Hosting;
using NotionGateway.OAuth;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>store rewrap</c>: encrypts the key ring of the grant store with the current encryption key.</summary>
internal static class StoreCommand
{
    public static Command Create(IProcessEnvironment environment)
    {
        var config = ConfigurationLoading.ConfigOption;
        var rewrap = new Command(
            "rewrap", "Encrypt the key ring with EncryptionKey instead of PreviousEncryptionKey. "
            + "Every gateway on the store must have both keys. Gateways may run meanwhile.") { config };
        rewrap.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var source = new SettingsSource(environment, parsed.GetValue(config)?.FullName);
            if (ConfigurationLoading.TryLoad(source, error) is not var (configuration, settings))
            {
                return ExitCode.Misconfigured;
            }

            if (!settings.OAuth.IsOn)
            {
                error.WriteLine("There is no grant store: no app is configured under Gateway:OAuth:Apps.");
                return ExitCode.Misconfigured;
            }

            await using var app = GatewayHost.Build(source, configuration, settings, builder => builder.Logging.ClearProviders());
            return await RewrapAsync(app.Services, output, error, cancellationToken);
        });
        return new Command("store", "Maintain the store of OAuth grants.") { rewrap };
    }

    private static async Task<int> RewrapAsync(IServiceProvider services, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<GrantStoreOpening>().OpenAsync(cancellationToken);
            var rewrapped = services.GetRequiredService<KeyRingGuard>().Rewrap();
            output.WriteLine(rewrapped == 0
                ? "Nothing to do: the whole key ring is encrypted with the current key."
                : $"{rewrapped} elements of the key ring are encrypted with the current key now.");
            output.WriteLine("PreviousEncryptionKey is no longer needed. Keep the old key as long as backups that were made with it.");
            return ExitCode.Done;
        }
        catch (Exception exception) when (exception is StartRefusedException or GrantStoreException or KeyRingException)
        {
            error.WriteLine(exception.Message);
            return ExitCode.Failed;
        }
    }
}
