using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Postgres;
using NotionGateway.TestKit;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.IntegrationTests.OAuth.Postgres;

/// <summary>How tables come into a database, and who may use them.</summary>
public sealed class PostgresOpeningTests : IAsyncLifetime
{
    /// <summary>What a later version of the program may add: older ones go on.</summary>
    private static readonly PostgresStep Expands = new("ALTER TABLE notion_gateway.grants ADD COLUMN note text", ReadableBy: 1);

    /// <summary>What a still later one may take away.</summary>
    private static readonly PostgresStep Contracts = new("ALTER TABLE notion_gateway.grants DROP COLUMN note", ReadableBy: 2);

    private PostgresServer _server = null!;
    private string _database = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private PostgresStoreSettings Settings => PostgresProcess.Settings(_server, _database);

    public async ValueTask InitializeAsync()
    {
        _server = await SharedPostgres.ServerAsync;
        _database = await _server.CreateDatabaseAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Of_ten_that_start_at_once_one_makes_the_tables_and_one_the_key_of_the_seals()
    {
        var processes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => PostgresProcess.OpenAsync(Settings), Stop)));
        Assert.Equal(1L, await _server.ExecuteAsync(_database, "SELECT count(*) FROM notion_gateway.schema_version"));
        Assert.Equal("row-seals", Assert.Single(processes[0].Ring.ReadRing()).Name);
        await processes[0].Store.AddAsync(processes[0].Seal(Grant("crm/acme"), "ntn_1"), Stop);
        foreach (var process in processes)
        {
            Assert.Equal("ntn_1", process.AccessTokenOf((await process.Store.FindAsync(Name("crm/acme"), Stop))!));
            process.Dispose();
        }
    }

    [Fact]
    public async Task Two_versions_of_the_program_work_side_by_side_and_back()
    {
        using var older = await PostgresProcess.OpenAsync(Settings);
        await older.Store.AddAsync(older.Seal(Grant("crm/acme"), "ntn_1"), Stop);

        using var newer = await PostgresProcess.OpenAsync(Settings with { Steps = [.. PostgresSchema.Steps, Expands] });
        Assert.Equal(2, await _server.ExecuteAsync(_database, "SELECT max(version) FROM notion_gateway.schema_version"));
        Assert.True(await older.Store.TrySwapAsync(older.Seal(Grant("crm/acme"), "ntn_2"), 1, Stop));
        Assert.True(await newer.Store.TrySwapAsync(newer.Seal(Grant("crm/acme"), "ntn_3"), 2, Stop));
        await older.Store.AddAsync(older.Seal(Grant("crm/other"), "ntn_4"), Stop);

        // The rollout is taken back: the older one starts on the newer tables.
        using var again = await PostgresProcess.OpenAsync(Settings);
        Assert.Equal("ntn_3", again.AccessTokenOf((await again.Store.FindAsync(Name("crm/acme"), Stop))!));
        await again.Store.AddKeysAsync([Key("key", Grant("crm/acme"))], Stop);
        Assert.NotNull(await newer.Store.FindKeyAsync(KeyDigest.Of("key"), Stop));
    }

    [Fact]
    public async Task Tables_that_an_older_version_cannot_use_are_left_alone_by_it()
    {
        (await PostgresProcess.OpenAsync(Settings with { Steps = [.. PostgresSchema.Steps, Expands, Contracts] })).Dispose();
        await RefusedAsync("was changed by a newer gateway: its tables have version 3, which gateways below 2 cannot use, and this one knows 1", Settings);
        (await PostgresProcess.OpenAsync(Settings with { Steps = [.. PostgresSchema.Steps, Expands] })).Dispose();
    }

    [Fact]
    public async Task A_step_that_fails_changes_nothing()
    {
        (await PostgresProcess.OpenAsync(Settings)).Dispose();
        await RefusedAsync(
            "failed with an unexpected error (SQLSTATE 42601)",
            Settings with { Steps = [.. PostgresSchema.Steps, Expands, new PostgresStep("ALTER TABLE notion_gateway.grants NONSENSE", 1)] });
        Assert.Equal(1, await _server.ExecuteAsync(_database, "SELECT max(version) FROM notion_gateway.schema_version"));
        (await PostgresProcess.OpenAsync(Settings)).Dispose();
    }

    [Fact]
    public async Task Without_the_right_to_migrate_a_start_says_who_must_and_a_user_with_rights_on_rows_only_is_enough_afterwards()
    {
        const string App = "app_of_opening";
        await _server.ExecuteAsync(_database, $"CREATE ROLE {App} LOGIN PASSWORD '{PostgresServer.Password}'");
        await _server.ExecuteAsync(
            _database,
            $"""
            CREATE SCHEMA notion_gateway AUTHORIZATION {PostgresServer.User};
            GRANT USAGE ON SCHEMA notion_gateway TO {App};
            ALTER DEFAULT PRIVILEGES FOR ROLE {PostgresServer.User} IN SCHEMA notion_gateway GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {App};
            """);
        var app = Settings with { Connection = Settings.Connection.Replace($"Username={PostgresServer.User}", $"Username={App}"), Migrates = false };
        await RefusedAsync("has tables of version 0, and this gateway needs 1. Run 'notion-gateway store migrate'", app);

        using var migrator = await PostgresProcess.OpenAsync(Settings);
        using var process = await PostgresProcess.OpenAsync(app);
        await process.Store.AddAsync(process.Seal(Grant("crm/acme"), "ntn_1"), Stop);
        await process.Store.SweepAsync(Noon, Stop);
        Assert.NotNull(await migrator.Store.FindAsync(Name("crm/acme"), Stop));

        await _server.ExecuteAsync(_database, $"REVOKE UPDATE ON notion_gateway.grants FROM {App}");
        await RefusedAsync("does not give the user these rights: UPDATE on grants", app);
    }

    [Fact]
    public async Task What_is_wrong_with_the_database_is_said_in_words_without_the_password()
    {
        await RefusedAsync("does not exist. Create the database", PostgresProcess.Settings(_server, "nowhere"));
        await RefusedAsync("cannot be reached", Settings with { Connection = "Host=127.0.0.1;Port=1;Database=d;Username=u" });
        await RefusedAsync(
            "refuses the user", Settings with { Connection = Settings.Connection.Replace($"Username={PostgresServer.User}", "Username=nobody") });
        var latin = $"latin_{_database}";
        await _server.ExecuteAsync("postgres", $"CREATE DATABASE {latin} OWNER {PostgresServer.User} TEMPLATE template0 ENCODING 'LATIN1'");
        await RefusedAsync("has the encoding LATIN1", PostgresProcess.Settings(_server, latin));
        await _server.ExecuteAsync("postgres", $"ALTER DATABASE {_database} SET default_transaction_read_only = on");
        await RefusedAsync("is read-only", Settings);
    }

    private static async Task RefusedAsync(string words, PostgresStoreSettings settings)
    {
        var failure = await Assert.ThrowsAsync<GrantStoreException>(() => PostgresProcess.OpenAsync(settings));
        Assert.Contains(words, failure.Message);
        Assert.DoesNotContain(PostgresServer.Password, failure.ToString());
    }
}
