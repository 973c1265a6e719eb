using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Sqlite;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Store.Sqlite;

/// <summary>F39: what goes wrong while the gateway runs is said in words, what was stored can be read, and later writes come through.</summary>
public sealed class SqliteFaultTests : IDisposable
{
    private readonly SqliteFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_full_disk_fails_the_write_and_nothing_else()
    {
        using var store = await SqliteFolder.OpenAsync(new SqliteStoreSettings(_folder.FilePath) { MostPages = 60 });
        var added = 0;
        var failure = await Assert.ThrowsAsync<GrantStoreException>(async () =>
        {
            for (; added < 1000; added++)
            {
                await store.AddAsync(Large($"crm/{added}"), Stop);
            }
        });
        Assert.Contains("the disk, or the quota on it, is full", failure.Message);
        Assert.InRange(added, 1, 999);
        Assert.Equal(Told(Large("crm/0")), Told(await store.FindAsync(Name("crm/0"), Stop)));
        Assert.Null(await store.FindAsync(Name($"crm/{added}"), Stop));

        // What needs no more room is still written, and when there is room again, all is.
        Assert.True(await store.TrySwapAsync(Large("crm/0") with { State = GrantState.Lost }, 1, Stop));
        using var roomy = await _folder.OpenAsync();
        Assert.Equal(NamingOutcome.Done, await roomy.AddAsync(Large($"crm/{added}"), Stop));
        Assert.NotNull(await store.FindAsync(Name($"crm/{added}"), Stop));
    }

    [Fact]
    public async Task A_file_that_somebody_holds_is_waited_for_and_then_the_write_fails_while_reads_go_on()
    {
        using var store = await SqliteFolder.OpenAsync(new SqliteStoreSettings(_folder.FilePath) { Timeout = TimeSpan.FromMilliseconds(50) });
        var grant = Grant("crm/acme");
        await store.AddAsync(grant, Stop);
        using (var other = SqliteFolder.Connect(_folder.FilePath))
        using (var held = other.BeginTransaction(deferred: false))
        {
            var failure = await Assert.ThrowsAsync<GrantStoreException>(() => store.TrySwapAsync(grant with { Secrets = Secrets(2) }, 1, Stop));
            Assert.Contains("is locked by another program", failure.Message);
            Assert.Equal(1, (await store.FindAsync(grant.Name, Stop))!.Version);
        }

        Assert.True(await store.TrySwapAsync(grant with { Secrets = Secrets(2) }, 1, Stop));
    }

    [Fact]
    public async Task Who_waits_behind_other_writers_for_too_long_is_told_so()
    {
        using var store = await SqliteFolder.OpenAsync(new SqliteStoreSettings(_folder.FilePath) { Timeout = TimeSpan.FromMilliseconds(500) });
        using var other = SqliteFolder.Connect(_folder.FilePath);
        using var held = other.BeginTransaction(deferred: false);
        var failures = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(number => Assert.ThrowsAsync<GrantStoreException>(() => store.AddAsync(Grant($"crm/{number}"), Stop))));
        Assert.Contains(failures, failure => failure.Message.Contains("writes have been waiting for more than 0.5 s"));
    }

    [Fact]
    [Trait("Needs", "Unix")]
    public async Task A_file_that_was_removed_is_missed_at_the_next_write_and_not_at_the_next_start()
    {
        using var store = await _folder.OpenAsync();
        await store.AddAsync(Grant("crm/acme"), Stop);
        await store.FindAsync(Name("crm/acme"), Stop);
        File.Delete(_folder.FilePath);
        var failure = await Assert.ThrowsAsync<GrantStoreException>(() => store.AddAsync(Grant("crm/other"), Stop));
        Assert.Contains("is missing: the file was deleted", failure.Message);
        Assert.NotNull(await store.FindAsync(Name("crm/acme"), Stop));
        Assert.False(File.Exists(_folder.FilePath));
    }

    [Theory]
    [InlineData("UPDATE grants SET state = 9")]
    [InlineData("UPDATE grants SET name = 'no slash'")]
    [InlineData("UPDATE grants SET created_at = 9223372036854775807")]
    public async Task A_row_that_makes_no_sense_is_a_failure_that_does_not_repeat_it(string tampering)
    {
        using var store = await _folder.OpenAsync();
        await store.AddAsync(Grant("crm/acme"), Stop);
        _folder.Tamper(tampering);
        var failure = await Assert.ThrowsAsync<GrantStoreException>(() => store.FindByIdAsync("id of crm/acme", Stop));
        Assert.Contains("contains an invalid row", failure.Message);
        Assert.DoesNotContain("slash", failure.ToString());
    }

    [Fact]
    public async Task What_has_replaced_a_secret_is_gone_from_file_and_log_after_a_sweep()
    {
        using var store = await _folder.OpenAsync();
        var grant = Grant("crm/acme");
        await store.AddAsync(grant, Stop);
        Assert.Contains(_folder.Files(), file => Holds(file.Bytes, grant.Secrets.AccessToken));
        await store.TrySwapAsync(grant with { Secrets = Secrets(2) }, 1, Stop);
        await store.SweepAsync(Noon, Stop);
        Assert.DoesNotContain(_folder.Files(), file => Holds(file.Bytes, grant.Secrets.AccessToken));
        Assert.Contains(_folder.Files(), file => Holds(file.Bytes, Secrets(2).AccessToken));
        Assert.Equal(0, new FileInfo(_folder.FilePath + "-wal").Length);
        await store.DeleteAsync(grant.Id, Stop);
        await store.SweepAsync(Noon, Stop);
        Assert.DoesNotContain(_folder.Files(), file => Holds(file.Bytes, Secrets(2).AccessToken));
    }

    private static bool Holds(byte[] bytes, byte[] wanted) => bytes.AsSpan().IndexOf(wanted) >= 0;

    private static Grant Large(string name) => Grant(name) with { Owner = new string('o', 2000) };
}
