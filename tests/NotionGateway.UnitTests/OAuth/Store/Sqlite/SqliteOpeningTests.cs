using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Sqlite;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Store.Sqlite;

/// <summary>F39: what cannot be used is refused at start, in words, and left as it was.</summary>
public sealed class SqliteOpeningTests : IDisposable
{
    private readonly SqliteFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Needs", "Unix")]
    public async Task A_new_file_and_its_log_can_be_read_by_their_owner_only()
    {
        using var store = await _folder.OpenAsync();
        await store.AddAsync(Grant("crm/acme"), Stop);
        var files = Directory.GetFiles(_folder.Folder);
        Assert.Equal(["grants.db", "grants.db-shm", "grants.db-wal"], files.Select(Path.GetFileName).Order());
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode));
    }

    [Fact]
    public async Task A_store_that_is_closed_leaves_one_file_and_all_is_in_it()
    {
        using (var store = await _folder.OpenAsync())
        {
            await store.AddAsync(Grant("crm/acme"), Stop);
            await store.FindAsync(Name("crm/acme"), Stop);
        }

        Assert.Equal(["grants.db"], Directory.GetFiles(_folder.Folder).Select(Path.GetFileName));
        using var again = await _folder.OpenAsync();
        Assert.Equal(Told(Grant("crm/acme")), Told(await again.FindAsync(Name("crm/acme"), Stop)));
    }

    [Fact]
    public async Task The_file_says_whose_it_is_and_how_old()
    {
        (await _folder.OpenAsync()).Dispose();
        Assert.Equal(SqliteSchema.ApplicationId, _folder.Tamper("PRAGMA application_id"));
        Assert.Equal((long)SqliteSchema.Steps.Length, _folder.Tamper("PRAGMA user_version"));
        Assert.Equal("wal", _folder.Tamper("PRAGMA journal_mode"));
    }

    [Fact]
    public async Task Eight_that_open_one_new_file_at_once_all_can_use_it()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(_folder.OpenAsync, Stop)));
        await stores[0].AddAsync(Grant("crm/acme"), Stop);
        foreach (var store in stores)
        {
            Assert.NotNull(await store.FindAsync(Name("crm/acme"), Stop));
            store.Dispose();
        }
    }

    [Fact]
    public async Task A_missing_folder_is_not_made_since_a_volume_may_be_missing()
    {
        var failure = await RefusedAsync(_folder.PathOf("volume/grants.db"));
        Assert.Contains("its folder does not exist. Mount the volume", failure);
        Assert.False(Directory.Exists(_folder.PathOf("volume")));
    }

    [Fact]
    public async Task A_folder_is_no_file() => Assert.Contains("is a folder", await RefusedAsync(_folder.Folder));

    [Theory]
    [InlineData("not a database")]
    [InlineData("x")]
    [InlineData("SQLite format 3")]
    public async Task A_file_that_is_no_database_is_refused_and_stays_as_it_is(string content)
    {
        await File.WriteAllTextAsync(_folder.FilePath, content, Stop);
        Assert.Contains("is not an SQLite database, and was not changed", await RefusedAsync(_folder.FilePath));
        Assert.Equal(content, await File.ReadAllTextAsync(_folder.FilePath, Stop));
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_stays_as_it_is()
    {
        _folder.Tamper("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
        var before = await File.ReadAllBytesAsync(_folder.FilePath, Stop);
        Assert.Contains("database of another program", await RefusedAsync(_folder.FilePath));
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.FilePath, Stop));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_stays_as_it_is()
    {
        (await _folder.OpenAsync()).Dispose();
        _folder.Tamper($"PRAGMA user_version = {SqliteSchema.Steps.Length + 1}");
        var before = await File.ReadAllBytesAsync(_folder.FilePath, Stop);
        Assert.Contains(
            $"newer gateway (its schema is {SqliteSchema.Steps.Length + 1}, this one knows {SqliteSchema.Steps.Length})", await RefusedAsync(_folder.FilePath));
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.FilePath, Stop));
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_the_file_as_it_was()
    {
        _folder.Tamper($"PRAGMA application_id = {SqliteSchema.ApplicationId}; CREATE TABLE key_ring (theirs)");
        Assert.NotEmpty(await RefusedAsync(_folder.FilePath));
        Assert.Equal(0L, _folder.Tamper("PRAGMA user_version"));
        Assert.Equal(1L, _folder.Tamper("SELECT count(*) FROM sqlite_schema"));
    }

    [Fact]
    public async Task A_file_that_was_cut_off_is_refused_and_not_cut_further()
    {
        await FillAsync();
        await using (var file = new FileStream(_folder.FilePath, FileMode.Open))
        {
            file.SetLength(file.Length / 2 / 4096 * 4096);
        }

        var before = await File.ReadAllBytesAsync(_folder.FilePath, Stop);
        Assert.Contains("is damaged. Stop the gateway", await RefusedAsync(_folder.FilePath));
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.FilePath, Stop));
    }

    [Fact]
    public async Task Torn_pages_are_found_at_start()
    {
        await FillAsync();
        await ScribbleAsync();
        Assert.Contains("is damaged", await RefusedAsync(_folder.FilePath));
    }

    [Fact]
    public async Task In_a_file_too_large_to_be_looked_through_they_are_found_when_they_are_read()
    {
        await FillAsync();
        await ScribbleAsync();
        using var store = await SqliteFolder.OpenAsync(new SqliteStoreSettings(_folder.FilePath) { MostBytesChecked = 0 });
        var failures = 0;
        for (var number = 0; number < 200; number++)
        {
            try
            {
                Assert.NotNull(await store.FindByIdAsync($"id of crm/{number}", Stop));
            }
            catch (GrantStoreException failure)
            {
                Assert.Contains("is damaged", failure.Message);
                failures++;
            }
        }

        Assert.InRange(failures, 1, 199);
    }

    [Fact]
    public async Task A_file_that_may_only_be_read_is_refused_at_start()
    {
        await FillAsync();
        await ForbidWritingAsync();
        Assert.Contains("is read-only. Mount it writable", await RefusedAsync(_folder.FilePath));
    }

    [Fact]
    public async Task What_may_only_be_read_is_read_and_a_write_says_why_it_fails()
    {
        await FillAsync();
        await ForbidWritingAsync();
        using var store = SqliteFolder.Unopened(new SqliteStoreSettings(_folder.FilePath));
        var grant = (await store.FindAsync(Name("crm/7"), Stop))!;
        var failure = await Assert.ThrowsAsync<GrantStoreException>(() => store.TrySwapAsync(grant with { Secrets = Secrets(2) }, 1, Stop));
        Assert.Contains("is read-only", failure.Message);
        Assert.Equal(Told(grant), Told(await store.FindAsync(grant.Name, Stop)));
    }

    private static async Task<string> RefusedAsync(string path)
    {
        var failure = await Assert.ThrowsAsync<GrantStoreException>(() => SqliteFolder.OpenAsync(new SqliteStoreSettings(path)));
        Assert.StartsWith($"The grant store '{path}' ", failure.Message);
        return failure.Message;
    }

    private async Task FillAsync()
    {
        using var store = await _folder.OpenAsync();
        for (var number = 0; number < 200; number++)
        {
            await store.AddAsync(Grant($"crm/{number}") with { Owner = new string('o', 500) }, Stop);
        }
    }

    /// <summary>A page in the middle, all ones: no page of a database looks so.</summary>
    private async Task ScribbleAsync()
    {
        await using var file = new FileStream(_folder.FilePath, FileMode.Open);
        file.Position = file.Length / 2 / 4096 * 4096;
        file.Write(Enumerable.Repeat((byte)0xFF, 4096).ToArray());
    }

    /// <summary>By the number in the header that says who may write: a mode would not keep out root, whom tests may run as.</summary>
    private async Task ForbidWritingAsync()
    {
        await using var file = new FileStream(_folder.FilePath, FileMode.Open);
        file.Position = 18;
        file.WriteByte(3);
    }
}
