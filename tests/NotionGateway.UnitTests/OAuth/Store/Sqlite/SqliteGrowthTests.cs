using System.Xml.Linq;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Sqlite;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Store.Sqlite;

/// <summary>What may have grown in files of older gateways, and what may not grow any more.</summary>
public sealed class SqliteGrowthTests : IDisposable
{
    private readonly SqliteFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_of_the_first_schema_opens_and_loses_its_surplus_of_keys_with_the_next_one()
    {
        _folder.Tamper(SqliteSchema.Steps[0]);
        _folder.Tamper($"PRAGMA application_id = {SqliteSchema.ApplicationId}");
        _folder.Tamper("PRAGMA user_version = 1");
        _folder.Tamper(
            """
            INSERT INTO grants VALUES ('id of crm/acme', 'crm/acme', 'crm', 'bot', 'space', NULL, NULL, 0, 0, 0, 1, x'01', x'02', x'03');
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
            INSERT INTO bound_keys SELECT randomblob(32), 'id of crm/acme', 'crm', i % 2, 'issue ' || (i / 2), NULL FROM n;
            """);
        var ring = RingSignature.Sign("key-of-then", new XElement("key"), EncryptionKey.Of(SqliteFolder.Key));
        _folder.Tamper("INSERT INTO key_ring VALUES ($name, $xml)", ("$name", ring.Name), ("$xml", ring.Xml));
        var known = Key("the key of an old file", Grant("crm/acme"), issue: "old") with { Caller = "other" };
        _folder.Tamper("INSERT INTO bound_keys VALUES ($digest, 'id of crm/acme', 'other', 0, 'old', NULL)", ("$digest", known.Digest.ToStored()));

        using var store = await _folder.OpenAsync();
        Assert.Equal((known.Digest, "old", null), await store.FindKeyAsync(known.Digest, Stop) is { } key ? (key.Digest, key.Issue, key.Parent) : default);
        await store.AddKeysAsync([Key("new", Grant("crm/acme"), issue: "new") with { IssuedAt = Noon }], Stop);

        Assert.Equal((KeyLimits.FamiliesPerCaller * 2L) - 1, _folder.Tamper("SELECT count(*) FROM bound_keys WHERE caller = 'crm'"));
        Assert.NotNull(await store.FindKeyAsync(KeyDigest.Of("new"), Stop));
        Assert.NotNull(await store.FindKeyAsync(known.Digest, Stop));
        Assert.Equal((long)SqliteSchema.Steps.Length, _folder.Tamper("PRAGMA user_version"));
    }

    [Fact]
    public async Task There_is_an_end_to_the_links()
    {
        using var store = await _folder.OpenAsync();
        _folder.Tamper(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {KeyLimits.Links - 1})
            INSERT INTO connect_links SELECT randomblob(32), 'crm/acme', {Noon.ToUnixTimeMilliseconds()}, NULL FROM n
            """);
        Assert.True(await store.AddLinkAsync(Link("the last one", Noon), Stop));
        Assert.False(await store.AddLinkAsync(Link("one too many", Noon), Stop));
        await store.SweepAsync(Noon, Stop);
        Assert.True(await store.AddLinkAsync(Link("another", Noon.AddHours(1)), Stop));
    }
}
