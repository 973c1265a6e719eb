using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Sqlite;
using NotionGateway.TestKit;
using NotionGateway.UnitTests.OAuth.Sealing;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Store.Sqlite;

/// <summary>Files that were written by gateways of before; those in the folder Files are never changed.</summary>
public sealed class SqliteUpgradeTests : IDisposable
{
    private readonly SqliteFolder _folder = new();

    public SqliteUpgradeTests() => File.Copy(
        Repository.PathOf("tests", "NotionGateway.UnitTests", "OAuth", "Store", "Sqlite", "Files", "before-seals.db"), _folder.FilePath);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_of_a_gateway_without_row_seals_is_sealed_once_and_works()
    {
        for (var start = 0; start < 2; start++)
        {
            using var gateway = await SealedStore.OpenAsync(_folder.FilePath);
            await gateway.Guard.VerifyAsync(Stop);
            foreach (var name in (string[])["acme", "other"])
            {
                var grant = (await gateway.Store.FindAsync(Name($"crm/{name}"), Stop))!;
                Assert.Equal(($"workspace of {name}", $"ntn_of_{name}"), (grant.WorkspaceId, gateway.AccessTokenOf(grant)));
                var key = await gateway.Store.FindKeyAsync(KeyDigest.Of($"access key of {name}"), Stop);
                Assert.Equal((grant.Id, BoundKeyKind.Access), (key!.GrantId, key.Kind));
            }
        }

        Assert.Equal((long)SqliteSchema.Steps.Length, _folder.Tamper("PRAGMA user_version"));
        _folder.Tamper("INSERT INTO bound_keys (digest, grant_id, caller, kind, issue) VALUES ($digest, 'id of crm/acme', 'service', 0, 'later')",
            ("$digest", KeyDigest.Of("later").ToStored()));
        using var again = await SealedStore.OpenAsync(_folder.FilePath);
        await Assert.ThrowsAsync<GrantStoreException>(() => again.Store.FindKeyAsync(KeyDigest.Of("later"), Stop));
    }

    [Fact]
    public async Task With_another_encryption_key_nothing_is_sealed()
    {
        var before = SqliteFolder.Read(_folder.FilePath).Length;
        var failure = await Assert.ThrowsAsync<KeyRingException>(() => SealedStore.OpenAsync(_folder.FilePath, SealedStore.OtherKey));
        Assert.Contains("is encrypted with a different key", failure.Message);
        Assert.Equal((2L, before), (_folder.Tamper("PRAGMA user_version"), SqliteFolder.Read(_folder.FilePath).Length));
    }

    [Fact]
    public async Task Grants_without_a_key_ring_are_not_sealed()
    {
        _folder.Tamper("DELETE FROM key_ring");
        var failure = await Assert.ThrowsAsync<KeyRingException>(() => SealedStore.OpenAsync(_folder.FilePath));
        Assert.Contains("contains grants, but not the key ring", failure.Message);
        Assert.Equal(2L, _folder.Tamper("PRAGMA user_version"));
    }
}
