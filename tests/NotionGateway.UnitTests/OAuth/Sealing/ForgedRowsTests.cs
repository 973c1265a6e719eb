using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.UnitTests.OAuth.Store.Sqlite;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Sealing;

/// <summary>A90: write access to the store does not let anyone act as another caller.</summary>
public sealed class ForgedRowsTests : IAsyncLifetime
{
    private readonly SqliteFolder _folder = new();
    private SealedStore _gateway = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await SealedStore.OpenAsync(_folder.FilePath);
        foreach (var name in (string[])["crm/acme", "crm/other"])
        {
            await _gateway.Store.AddAsync(_gateway.Seal(Grant(name), "ntn_" + name, null, "{}"), Stop);
            await _gateway.Store.AddKeysAsync([Key("key of " + name, Grant(name), "issue of " + name)], Stop);
        }
    }

    public ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("INSERT INTO bound_keys (digest, grant_id, caller, kind, issue, seal) VALUES ($digest, 'id of crm/acme', 'crm', 0, 'forged', NULL)")]
    [InlineData(
        "INSERT INTO bound_keys (digest, grant_id, caller, kind, issue, seal) SELECT $digest, grant_id, caller, kind, issue, seal FROM bound_keys LIMIT 1")]
    [InlineData("UPDATE bound_keys SET digest = $digest WHERE issue = 'issue of crm/acme'")]
    public async Task A90_a_key_that_somebody_has_bound_to_a_grant_opens_nothing(string forgery)
    {
        var forged = KeyDigest.Of("a key of the attacker's own");
        _folder.Tamper(forgery, ("$digest", forged.ToStored()));
        Assert.True((await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.FindKeyAsync(forged, Stop))).IsForged);
        Assert.Equal((null, null), await Keys().FindAsync(forged, Stop));
        AssertSaidLoudly("bound key");
    }

    [Theory]
    [InlineData("UPDATE bound_keys SET grant_id = 'id of crm/other' WHERE issue = 'issue of crm/acme'")]
    [InlineData("UPDATE bound_keys SET caller = 'another' WHERE issue = 'issue of crm/acme'")]
    [InlineData("UPDATE bound_keys SET kind = 1 WHERE issue = 'issue of crm/acme'")]
    [InlineData("UPDATE bound_keys SET seal = NULL WHERE issue = 'issue of crm/acme'")]
    [InlineData("UPDATE bound_keys SET seal = (SELECT seal FROM bound_keys WHERE issue = 'issue of crm/other') WHERE issue = 'issue of crm/acme'")]
    public async Task A90_a_key_that_was_moved_to_another_grant_caller_or_kind_opens_nothing(string forgery)
    {
        var keys = Keys();
        Assert.Equal(Name("crm/acme"), (await keys.FindAsync(KeyDigest.Of("key of crm/acme"), Stop)).Identity?.Credential);
        _folder.Tamper(forgery);
        keys.Forget(Grant("crm/acme").Id);
        Assert.Equal((null, null), await keys.FindAsync(KeyDigest.Of("key of crm/acme"), Stop));
        Assert.Equal(Name("crm/other"), (await keys.FindAsync(KeyDigest.Of("key of crm/other"), Stop)).Identity?.Credential);
        AssertSaidLoudly("bound key");
    }

    [Fact]
    public async Task A90_grants_whose_names_were_exchanged_are_found_under_neither()
    {
        Exchange();
        await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.FindAsync(Name("crm/acme"), Stop));
        await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.FindByIdAsync("id of crm/other", Stop));
        await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.ListAsync(null, null, 10, Stop));
        AssertSaidLoudly("'id of crm/other', which is called 'crm/acme' there");
    }

    [Fact]
    public async Task A90_a_name_that_was_changed_from_outside_is_not_sealed_by_a_rename_or_a_renewal()
    {
        Exchange();
        await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.RenameAsync(Name("crm/acme"), Name("crm/third"), Stop));
        await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.TrySwapAsync(Grant("crm/acme"), 1, Stop));
        Assert.Equal("id of crm/other", _folder.Tamper("SELECT id FROM grants WHERE name = 'crm/acme'"));
    }

    [Theory]
    [InlineData("UPDATE grants SET app = 'sales', name = 'sales/acme' WHERE name = 'crm/acme'", "sales/acme")]
    [InlineData("UPDATE grants SET bot_id = 'bot of the attacker' WHERE name = 'crm/acme'", "crm/acme")]
    [InlineData("UPDATE grants SET workspace_id = 'workspace of the attacker' WHERE name = 'crm/acme'", "crm/acme")]
    [InlineData("UPDATE grants SET seal = NULL WHERE name = 'crm/acme'", "crm/acme")]
    public async Task A90_a_grant_whose_app_bot_or_workspace_was_changed_is_refused(string forgery, string name)
    {
        _folder.Tamper(forgery);
        await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.FindAsync(Name(name), Stop));
        AssertSaidLoudly("The row of grant 'id of crm/acme'");
    }

    [Fact]
    public async Task What_a_gateway_itself_changes_keeps_its_seal()
    {
        await _gateway.Store.RenameAsync(Name("crm/acme"), Name("sales/acme"), Stop);
        var renamed = (await _gateway.Store.FindAsync(Name("sales/acme"), Stop))!;
        Assert.True(await _gateway.Store.TrySwapAsync(renamed with { Name = Name("crm/acme"), WorkspaceId = "another workspace" }, renamed.Version, Stop));
        Assert.Equal("another workspace", (await _gateway.Store.FindAsync(Name("sales/acme"), Stop))?.WorkspaceId);
    }

    [Fact]
    public async Task A90_rows_whose_seals_were_taken_away_are_not_sealed_a_second_time()
    {
        _gateway.Dispose();
        _folder.Tamper("ALTER TABLE grants DROP COLUMN seal; ALTER TABLE bound_keys DROP COLUMN seal; PRAGMA user_version = 2");
        await RefusedAsync("have lost their seals");
        _folder.Tamper("DELETE FROM key_ring WHERE name = 'row-seals'");
        await RefusedAsync("have lost their seals");
        Assert.Equal(2L, _folder.Tamper("PRAGMA user_version"));
    }

    [Fact]
    public async Task A90_without_its_key_no_row_is_read_and_no_new_key_is_made()
    {
        _gateway.Dispose();
        _folder.Tamper("DELETE FROM key_ring WHERE name = 'row-seals'");
        await RefusedAsync("'row-seals' is missing from the key ring");
    }

    [Fact]
    public async Task A_forged_key_that_is_presented_over_and_over_is_said_once_a_second()
    {
        _folder.Tamper("UPDATE bound_keys SET caller = 'another'");
        for (var time = 0; time < 10; time++)
        {
            await Assert.ThrowsAsync<GrantStoreException>(() => _gateway.Store.FindKeyAsync(KeyDigest.Of("key of crm/acme"), Stop));
        }

        Assert.Single(Loud());
    }

    private void Exchange() => _folder.Tamper(
        """
        UPDATE grants SET name = 'crm/between' WHERE name = 'crm/acme';
        UPDATE grants SET name = 'crm/acme' WHERE name = 'crm/other';
        UPDATE grants SET name = 'crm/other' WHERE name = 'crm/between';
        """);

    private BoundKeys Keys() => new(_gateway.Store, new FakeTimeProvider(Noon), NullLogger<BoundKeys>.Instance);

    private async Task RefusedAsync(string words) =>
        Assert.Contains(words, (await Assert.ThrowsAsync<KeyRingException>(() => SealedStore.OpenAsync(_folder.FilePath))).Message);

    private void AssertSaidLoudly(string words) => Assert.Contains(Loud(), line => line.Message.Contains(words));

    private IEnumerable<Microsoft.Extensions.Logging.Testing.FakeLogRecord> Loud() =>
        _gateway.Logs.GetSnapshot().Where(line => line is { Level: LogLevel.Critical, Id.Name: "StoreRowForged" });
}
