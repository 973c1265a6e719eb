using System.CommandLine;
using NotionGateway.Hosting;
using NotionGateway.OAuth;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Postgres;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>store rewrap</c>, <c>store migrate</c> and <c>store copy</c>: what an operator does with the store of grants as a whole.</summary>
internal static class StoreCommand
{
    public static Command Create(IProcessEnvironment environment)
    {
        var rewrap = Of(
            environment,
            "rewrap",
            "Encrypt the key ring with EncryptionKey instead of PreviousEncryptionKey. "
            + "Every gateway on the store must have both keys. Gateways may run meanwhile.",
            needsDatabase: false,
            (_, services, output, cancellationToken) => RewrapAsync(services, output, cancellationToken));
        var migrate = Of(
            environment,
            "migrate",
            "Create the tables in PostgreSQL, or change them to those of this version. Gateways may run meanwhile.",
            needsDatabase: true,
            (_, services, output, cancellationToken) => MigrateAsync(services, output, cancellationToken));
        var from = new Option<FileInfo>("--from") { Description = "The SQLite file. No gateway may use it.", HelpName = "FILE", Required = true };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check both stores and print the counts, and change nothing." };
        var copy = Of(
            environment,
            "copy",
            "Copy all grants, keys, links and the key ring from a SQLite file to the configured PostgreSQL database, which must be empty.",
            needsDatabase: true,
            (parsed, services, output, cancellationToken) =>
                CopyAsync(services, parsed.GetValue(from)!.FullName, parsed.GetValue(dryRun), output, cancellationToken));
        copy.Options.Add(from);
        copy.Options.Add(dryRun);
        return new Command("store", "Maintain the store of OAuth grants.") { rewrap, migrate, copy };
    }

    private static Command Of(
        IProcessEnvironment environment, string name, string description, bool needsDatabase,
        Func<ParseResult, IServiceProvider, TextWriter, CancellationToken, Task> work)
    {
        var config = ConfigurationLoading.ConfigOption;
        var command = new Command(name, description) { config };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var source = new SettingsSource(environment, parsed.GetValue(config)?.FullName);
            if (ConfigurationLoading.TryLoadOAuth(source, error) is not var (configuration, settings))
            {
                return ExitCode.Misconfigured;
            }

            if (!settings.OAuth.IsOn || (needsDatabase && settings.OAuth.Store.Postgres is null))
            {
                error.WriteLine(settings.OAuth.IsOn
                    ? "The grant store is a file, which a gateway changes at its start. Set Gateway:OAuth:Store:Type to PostgreSQL."
                    : "There is no grant store: no app is configured under Gateway:OAuth:Apps.");
                return ExitCode.Misconfigured;
            }

            await using var app = GatewayHost.Build(source, configuration, settings, builder => builder.Logging.ClearProviders());
            try
            {
                await work(parsed, app.Services, output, cancellationToken);
                return ExitCode.Done;
            }
            catch (Exception exception) when (exception is StartRefusedException or GrantStoreException or KeyRingException)
            {
                error.WriteLine(exception.Message);
                return ExitCode.Failed;
            }
        });
        return command;
    }

    private static async Task RewrapAsync(IServiceProvider services, TextWriter output, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<GrantStoreOpening>().OpenAsync(cancellationToken, mustExist: true);
        var rewrapped = services.GetRequiredService<KeyRingGuard>().Rewrap();
        output.WriteLine(rewrapped == 0
            ? "Nothing to do: the whole key ring is encrypted with the current key."
            : $"Elements of the key ring that are encrypted with the current key now: {rewrapped}.");
        output.WriteLine("PreviousEncryptionKey is no longer needed. Keep the old key as long as backups that were made with it.");
    }

    private static async Task MigrateAsync(IServiceProvider services, TextWriter output, CancellationToken cancellationToken)
    {
        var database = services.GetRequiredService<PostgresDatabase>();
        var before = await PostgresOpening.MigrateAsync(database, cancellationToken);
        var after = await database.ReadAsync(PostgresSchema.VersionAsync, cancellationToken);
        PostgresOpening.Judge(database, after);
        output.WriteLine(before == after.Version
            ? $"Nothing to do: the tables have version {after.Version}."
            : $"The tables were changed from version {before} to version {after.Version}.");
    }

    private static async Task CopyAsync(IServiceProvider services, string path, bool isDryRun, TextWriter output, CancellationToken cancellationToken)
    {
        var copied = await services.GetRequiredService<StoreCopy>().RunAsync(path, isDryRun, cancellationToken);
        output.WriteLine(isDryRun ? "Nothing was changed. This would be copied:" : "Copied:");
        foreach (var (table, rows) in copied)
        {
            output.WriteLine($"  {rows,9}  {table.Description}");
        }

        output.WriteLine(isDryRun
            ? "Stop every gateway that uses the file, then run this without --dry-run."
            : "Start the gateways with the database, and keep the file away from them: each token pair may be renewed in one store only.");
    }
}
