using Microsoft.Extensions.Logging;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.TestKit;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.IntegrationTests.OAuth.Postgres;

/// <summary>A90: write access to the database does not let anyone act as another caller.</summary>
public sealed class PostgresForgeryTests : IAsyncLifetime
{
    private PostgresServer _server = null!;
    private string _database = null!;
    private PostgresProcess _gateway = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await SharedPostgres.ServerAsync;
        _database = await _server.CreateDatabaseAsync();
        _gateway = await PostgresProcess.OpenAsync(PostgresProcess.Settings(_server, _database));
        foreach (var name in (string[])["crm/acme", "crm/other"])
        {
            await _gateway.Store.AddAsync(_gateway.Seal(Grant(name), "ntn_" + name), Stop);
            await _gateway.Store.AddKeysAsync([Key("key of " + name, Grant(name), "issue of " + name)], Stop);
        }
    }

    public ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(
        "INSERT INTO notion_gateway.bound_keys (digest, grant_id, caller, kind, issue, issued_at) VALUES (@digest, 'id of crm/acme', 'crm', 0, 'forged', 0)")]
    [InlineData(
        "INSERT INTO notion_gateway.bound_keys " +
        "SELECT @digest, grant_id, caller, kind, issue, expires_at, issued_at, parent, seal FROM notion_gateway.bound_keys LIMIT 1")]
    [InlineData("UPDATE notion_gateway.bound_keys SET digest = @digest WHERE issue = 'issue of crm/acme'")]
    public async Task A90_a_key_that_somebody_has_bound_to_a_grant_opens_nothing(string forgery)
    {
        var forged = KeyDigest.Of("a key of the attacker's own");
        await _server.ExecuteAsync(_database, forgery, ("digest", forged.ToStored()));
        Assert.True((await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.FindKeyAsync(forged, Stop))).IsForged);
        AssertSaidLoudly("bound key");
    }

    [Theory]
    [InlineData("grant_id = 'id of crm/other'")]
    [InlineData("caller = 'another'")]
    [InlineData("kind = 1")]
    [InlineData("seal = NULL")]
    public async Task A90_a_key_that_was_moved_opens_nothing(string change)
    {
        await _server.ExecuteAsync(_database, $"UPDATE notion_gateway.bound_keys SET {change} WHERE issue = 'issue of crm/acme'");
        await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.FindKeyAsync(KeyDigest.Of("key of crm/acme"), Stop));
        Assert.NotNull(await _gateway.Store.FindKeyAsync(KeyDigest.Of("key of crm/other"), Stop));
        AssertSaidLoudly("bound key");
    }

    [Fact]
    public async Task A90_grants_whose_names_were_exchanged_are_found_under_neither_and_sealed_by_nothing()
    {
        await _server.ExecuteAsync(
            _database,
            """
            UPDATE notion_gateway.grants SET name = 'crm/between' WHERE name = 'crm/acme';
            UPDATE notion_gateway.grants SET name = 'crm/acme' WHERE name = 'crm/other';
            UPDATE notion_gateway.grants SET name = 'crm/other' WHERE name = 'crm/between';
            """);
        await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.FindAsync(Name("crm/acme"), Stop));
        await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.FindByIdAsync("id of crm/other", Stop));
        await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.RenameAsync(Name("crm/acme"), Name("crm/third"), Stop));
        await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.TrySwapAsync(Grant("crm/acme"), 1, Stop));
        Assert.Equal("id of crm/other", await _server.ExecuteAsync(_database, "SELECT id FROM notion_gateway.grants WHERE name = 'crm/acme'"));
        AssertSaidLoudly("'id of crm/other', which is called 'crm/acme' there");
    }

    [Theory]
    [InlineData("DELETE FROM notion_gateway.key_ring WHERE name = 'row-seals'", "have lost their seals")]
    [InlineData("DELETE FROM notion_gateway.key_ring", "contains grants, but not the key ring")]
    [InlineData("UPDATE notion_gateway.key_ring SET xml = replace(xml, 'rowSeals', 'rowSealz')", "was changed from outside, or is damaged")]
    public async Task A90_a_ring_that_was_changed_or_taken_away_is_not_replaced(string change, string words)
    {
        await _server.ExecuteAsync(_database, change);
        var failure = await Assert.ThrowsAsync<KeyRingException>(() => PostgresProcess.OpenAsync(PostgresProcess.Settings(_server, _database)));
        Assert.Contains(words, failure.Message);
    }

    [Fact]
    public async Task Two_keys_in_either_order_open_the_ring_and_it_is_rewrapped_by_command_only()
    {
        const string Next = "the-next-encryption-key-of-the-operator-2";
        var settings = PostgresProcess.Settings(_server, _database);
        using var oldFirst = await PostgresProcess.OpenAsync(settings, PostgresProcess.Key, previous: Next);
        using var newFirst = await PostgresProcess.OpenAsync(settings, Next, previous: PostgresProcess.Key);
        await newFirst.Guard.VerifyAsync(Stop);
        using (var before = await PostgresProcess.OpenAsync(settings))
        {
            await before.Guard.VerifyAsync(Stop);
        }

        Assert.Equal(2, newFirst.Guard.Rewrap());
        using var later = await PostgresProcess.OpenAsync(settings, Next);
        Assert.Equal("ntn_crm/acme", later.AccessTokenOf((await later.Store.FindAsync(Name("crm/acme"), Stop))!));
        await oldFirst.Guard.VerifyAsync(Stop);
        await Assert.ThrowsAsync<KeyRingException>(() => PostgresProcess.OpenAsync(settings));
    }

    private void AssertSaidLoudly(string words) =>
        Assert.Contains(_gateway.Logs.Named("StoreRowForged"), line => line.Level == LogLevel.Critical && line.Text.Contains(words));
}
