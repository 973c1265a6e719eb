using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Credentials.Sources;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Postgres;
using NotionGateway.OAuth.Store.Sqlite;
using NotionGateway.Settings;
using NotionGateway.TestKit;

namespace NotionGateway.Benchmarks;

/// <summary>The same grants in a PostgreSQL server of the measure's own, on the same disk.</summary>
internal sealed partial class GrantStoreMeasure
{
    private async Task InPostgresAsync(string path)
    {
        await using var server = await PostgresServer.StartAsync();
        var (empty, full) = (server.ConnectionString(await server.CreateDatabaseAsync()), server.ConnectionString(await server.CreateDatabaseAsync()));
        using (var services = Services(full))
        {
            var database = services.GetRequiredService<PostgresDatabase>();
            await PostgresOpening.MigrateAsync(database, CancellationToken.None);
            using var source = new SqliteExport(path);
            var from = Stopwatch.GetTimestamp();
            await PostgresImport.RunAsync(database, source.Rows, source.Count, CancellationToken.None);
            Tell($"copying it to PostgreSQL: {Stopwatch.GetElapsedTime(from).TotalSeconds:f1} s");
        }

        _report.AppendLine("In PostgreSQL:");
        _report.Append(await UsedByAnotherAsync(empty, 0));
        _report.Append(await UsedByAnotherAsync(full, Grants));
    }

    private static bool IsPostgres(string place) => place.StartsWith("Host=", StringComparison.Ordinal);

    private static async Task<(IGrantStore Store, IDisposable Owner)> OpenAnyAsync(string place)
    {
        if (!IsPostgres(place))
        {
            var file = await OpenAsync(place);
            return (file, file);
        }

        var services = Services(place);
        var store = services.GetRequiredService<IGrantStore>();
        await store.OpenAsync(CancellationToken.None);
        return (store, services);
    }

    private static ServiceProvider Services(string connection)
    {
        var password = new EnvironmentSecret("password", SecretKind.Password, "DATABASE_PASSWORD");
        var services = new ServiceCollection().AddLogging().AddMetrics().AddSingleton(TimeProvider.System)
            .AddSingleton<IProcessEnvironment>(new FakeEnvironment { ["DATABASE_PASSWORD"] = PostgresServer.Password })
            .AddSingleton(provider => new SecretReaders(new Uri("https://api.notion.com"), provider))
            .AddPostgresStore(new PostgresStoreSettings(connection, password, null, Migrates: true))
            .AddGrantSealing()
            .BuildServiceProvider();
        services.GetRequiredService<EncryptionKeys>().Provide(EncryptionKeyText, null);
        return services;
    }
}
