using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NotionGateway.Credentials.Sources;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Postgres;
using NotionGateway.Settings;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.OAuth.Postgres;

/// <summary>The store and the sealing as one process has them, on a database of a test.</summary>
internal sealed class PostgresProcess : IDisposable
{
    public const string Key = "the-encryption-key-of-the-operator-0001";

    private readonly ServiceProvider _services;

    private PostgresProcess(PostgresStoreSettings settings, string key, string? previous)
    {
        var environment = new FakeEnvironment { ["PGPASSWORD_OF_TEST"] = PostgresServer.Password };
        _services = new ServiceCollection()
            .AddMetrics()
            .AddLogging(logging => logging.AddProvider(Logs))
            .AddSingleton(TimeProvider.System)
            .AddSingleton<IProcessEnvironment>(environment)
            .AddSingleton(provider => new SecretReaders(new Uri("https://api.notion.com"), provider))
            .AddPostgresStore(settings)
            .AddGrantSealing()
            .BuildServiceProvider();
        _services.GetRequiredService<EncryptionKeys>().Provide(key, previous);
    }

    public CapturedLogs Logs { get; } = new();

    public IGrantStore Store => _services.GetRequiredService<IGrantStore>();

    public IKeyRingStore Ring => _services.GetRequiredService<IKeyRingStore>();

    public GrantSealer Sealer => _services.GetRequiredService<GrantSealer>();

    public KeyRingGuard Guard => _services.GetRequiredService<KeyRingGuard>();

    public PostgresDatabase Database => _services.GetRequiredService<PostgresDatabase>();

    public static PostgresStoreSettings Settings(PostgresServer server, string database) => new(
        server.ConnectionString(database),
        new EnvironmentSecret("Gateway:OAuth:Store:Password", SecretKind.Password, "PGPASSWORD_OF_TEST"),
        CaFile: null,
        Migrates: true);

    public static async Task<PostgresProcess> OpenAsync(PostgresStoreSettings settings, string key = Key, string? previous = null)
    {
        var process = new PostgresProcess(settings, key, previous);
        try
        {
            await process.Store.OpenAsync(CancellationToken.None);
            return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public Grant Seal(Grant grant, string accessToken) =>
        grant with { Secrets = new SealedSecrets(Sealer.Seal(grant.Id, SealedColumn.AccessToken, accessToken), null, []) };

    public string AccessTokenOf(Grant grant) => Sealer.Open(grant.Id, SealedColumn.AccessToken, grant.Secrets.AccessToken);

    public void Dispose() => _services.Dispose();
}
