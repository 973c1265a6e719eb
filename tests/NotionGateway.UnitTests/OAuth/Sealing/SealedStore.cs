using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Sqlite;
using NotionGateway.UnitTests.OAuth.Store.Sqlite;

namespace NotionGateway.UnitTests.OAuth.Sealing;

/// <summary>A gateway's store and sealing as one process has them: a real file, the real Data Protection.</summary>
internal sealed class SealedStore : IDisposable
{
    public const string Key = SqliteFolder.Key;
    public const string OtherKey = "another-encryption-key-of-the-operator-2";

    private readonly ServiceProvider _services;

    private SealedStore(string path, IKeyRingStore? ring, string key, string? previous)
    {
        _services = new ServiceCollection()
            .AddSingleton(new SqliteStoreSettings(path))
            .AddSingleton<SqliteGrantStore>()
            .AddSingleton<IGrantStore>(provider => provider.GetRequiredService<SqliteGrantStore>())
            .AddSingleton(provider => ring ?? provider.GetRequiredService<SqliteGrantStore>())
            .AddSingleton<TimeProvider>(new FakeTimeProvider())
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new FakeLoggerProvider(Logs)))
            .AddGrantSealing()
            .BuildServiceProvider();
        _services.GetRequiredService<EncryptionKeys>().Provide(key, previous);
    }

    public FakeLogCollector Logs { get; } = new();

    public SqliteGrantStore Store => _services.GetRequiredService<SqliteGrantStore>();

    /// <summary>The ring keys of Data Protection; beside them lies the key of the row seals.</summary>
    public IReadOnlyList<RingElement> RingKeys => [.. Store.ReadRing().Where(element => element.Name != RowSealer.ElementName)];

    public GrantSealer Sealer => _services.GetRequiredService<GrantSealer>();

    public KeyRingGuard Guard => _services.GetRequiredService<KeyRingGuard>();

    public EncryptionKeys Keys => _services.GetRequiredService<EncryptionKeys>();

    public static async Task<SealedStore> OpenAsync(string path, string key = Key, string? previous = null, IKeyRingStore? ring = null)
    {
        var sealing = new SealedStore(path, ring, key, previous);
        try
        {
            await sealing.Store.OpenAsync(CancellationToken.None);
            return sealing;
        }
        catch
        {
            sealing.Dispose();
            throw;
        }
    }

    public Grant Seal(Grant grant, string accessToken, string? refreshToken, string profile) => grant with
    {
        Secrets = new SealedSecrets(
            Sealer.Seal(grant.Id, SealedColumn.AccessToken, accessToken),
            refreshToken is null ? null : Sealer.Seal(grant.Id, SealedColumn.RefreshToken, refreshToken),
            Sealer.Seal(grant.Id, SealedColumn.Profile, profile)),
    };

    public string AccessTokenOf(Grant grant) => Sealer.Open(grant.Id, SealedColumn.AccessToken, grant.Secrets.AccessToken);

    public void Dispose() => _services.Dispose();

    public static bool Holds(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}
