using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Sqlite;

namespace NotionGateway.UnitTests.OAuth.Sealing;

/// <summary>A gateway's store and sealing as one process has them: a real file, the real Data Protection.</summary>
internal sealed class SealedStore : IDisposable
{
    public const string Key = "the-encryption-key-of-the-operator-0001";
    public const string OtherKey = "another-encryption-key-of-the-operator-2";

    private readonly ServiceProvider _services;

    private SealedStore(SqliteGrantStore store, IKeyRingStore? ring, string key, string? previous)
    {
        Store = store;
        _services = new ServiceCollection()
            .AddSingleton<IGrantStore>(store)
            .AddSingleton(ring ?? store)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new FakeLoggerProvider(Logs)))
            .AddGrantSealing()
            .BuildServiceProvider();
        _services.GetRequiredService<EncryptionKeys>().Provide(key, previous);
    }

    public FakeLogCollector Logs { get; } = new();

    public SqliteGrantStore Store { get; }

    public GrantSealer Sealer => _services.GetRequiredService<GrantSealer>();

    public KeyRingGuard Guard => _services.GetRequiredService<KeyRingGuard>();

    public EncryptionKeys Keys => _services.GetRequiredService<EncryptionKeys>();

    public static async Task<SealedStore> OpenAsync(string path, string key = Key, string? previous = null, IKeyRingStore? ring = null)
    {
        var store = new SqliteGrantStore(new SqliteStoreSettings(path));
        await store.OpenAsync(CancellationToken.None);
        return new SealedStore(store, ring, key, previous);
    }

    public Grant Seal(Grant grant, string accessToken, string? refreshToken, string profile) => grant with
    {
        Secrets = new SealedSecrets(
            Sealer.Seal(grant.Id, SealedColumn.AccessToken, accessToken),
            refreshToken is null ? null : Sealer.Seal(grant.Id, SealedColumn.RefreshToken, refreshToken),
            Sealer.Seal(grant.Id, SealedColumn.Profile, profile)),
    };

    public string AccessTokenOf(Grant grant) => Sealer.Open(grant.Id, SealedColumn.AccessToken, grant.Secrets.AccessToken);

    public void Dispose()
    {
        _services.Dispose();
        Store.Dispose();
    }

    public static bool Holds(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}
