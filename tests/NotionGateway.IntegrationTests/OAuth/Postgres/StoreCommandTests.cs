using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NotionGateway.Cli;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.OAuth.Postgres;

/// <summary>From a file to a database, by command.</summary>
public sealed class StoreCommandTests : IAsyncLifetime
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private PostgresServer _server = null!;
    private string _database = null!;
    private OAuthBed _bed = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await SharedPostgres.ServerAsync;
        _database = await _server.CreateDatabaseAsync();
        _bed = await OAuthBed.StartAsync();
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task Migrate_makes_the_tables_once_and_needs_no_encryption_key()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(["store", "migrate"], ("KEY", null)));
        Assert.Equal("The tables were changed from version 0 to version 1.\n", _output.ToString());
        Assert.Equal(ExitCode.Done, await RunAsync(["store", "migrate"]));
        Assert.EndsWith("Nothing to do: the tables have version 1.\n", _output.ToString());
    }

    [Fact]
    public async Task Check_asks_the_database()
    {
        await RunAsync(["store", "migrate"]);
        await RunAsync(["check", "--probe"], ("NOTION_TOKEN", null), ("SECRET", "secret_TheClientSecretThatNobodyMaySee0123456789"));
        Assert.Contains("stored in PostgreSQL at 127.0.0.1/", _output.ToString());
        Assert.Contains("probe       password of the grant store: can be read\n", _output.ToString());
        Assert.Contains("probe       grant store: can be read, tables of version 1\n", _output.ToString());
        Assert.Equal(ExitCode.Failed, await RunAsync(["check", "--probe"], ("NOTION_TOKEN", null), ("DATABASE_PASSWORD", "another-password")));
        Assert.Contains("probe       grant store: The grant store in PostgreSQL at", _output.ToString());
        Assert.DoesNotContain(PostgresServer.Password, _output.ToString());
    }

    [Fact]
    public async Task Migrate_says_what_is_wrong()
    {
        Assert.Equal(ExitCode.Failed, await RunAsync(["store", "migrate"], ("DATABASE_PASSWORD", "another-password")));
        Assert.Contains("refuses the user", _error.ToString());
        Assert.Equal(ExitCode.Misconfigured, await RunAsync(
            ["store", "migrate"],
            ("Gateway__OAuth__Store__Type", null), ("Gateway__OAuth__Store__ConnectionString", null), ("Gateway__OAuth__Store__Password__Source", null),
            ("Gateway__OAuth__Store__Password__Variable", null), ("Gateway__OAuth__Store__Path", "grants.db")));
        Assert.Contains("The grant store is a file", _error.ToString());
    }

    [Fact]
    public async Task Copy_takes_everything_along_after_a_dry_run_has_told_how_much_that_is()
    {
        var (pair, link) = await UseAsync();

        Assert.Equal(ExitCode.Done, await RunAsync(["store", "copy", "--from", _bed.StorePath, "--dry-run"]));
        Assert.Contains(
            "Nothing was changed. This would be copied:\n" +
            "          2  elements of the key ring\n          1  grants\n          2  bound keys\n          1  connect links\n",
            _output.ToString());
        Assert.Equal(DBNull.Value, await _server.ExecuteAsync(_database, "SELECT to_regclass('notion_gateway.grants')::text"));

        Assert.Equal(ExitCode.Done, await RunAsync(["store", "copy", "--from", _bed.StorePath]));
        Assert.Equal("", _error.ToString());
        await using var gateway = await _bed.GatewayAsync(setup => setup.InPostgres(_server, _database).Operator(The.OperatorKey));
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, (string)pair["access_token"]!)).Status);
        var (status, _) = await OAuthBed.PostAsync(gateway, "token", new { grant_type = "refresh_token", refresh_token = (string)pair["refresh_token"]! });
        Assert.Equal(200, status);
        using var browser = new HttpClient { BaseAddress = gateway.Connect };
        Assert.True((await browser.GetAsync(link)).IsSuccessStatusCode);
        _bed.Notion.OAuth.ExpireAccessTokens();
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, (string)pair["access_token"]!)).Status);
    }

    [Fact]
    public async Task Copy_is_refused_into_a_store_that_is_not_empty_and_out_of_one_that_is_wrong()
    {
        await UseAsync();
        Assert.Equal(ExitCode.Failed, await RunAsync(["store", "copy", "--from", "/no/such/file"]));
        Assert.Contains("does not exist", _error.ToString());
        Assert.Equal(ExitCode.Failed, await RunAsync(["store", "copy", "--from", _bed.StorePath], ("KEY", "another-encryption-key-of-the-operator-2")));
        Assert.Contains("is encrypted with a different key", _error.ToString());
        Assert.Equal(DBNull.Value, await _server.ExecuteAsync(_database, "SELECT to_regclass('notion_gateway.grants')::text"));

        Assert.Equal(ExitCode.Done, await RunAsync(["store", "copy", "--from", _bed.StorePath]));
        Assert.Equal(ExitCode.Failed, await RunAsync(["store", "copy", "--from", _bed.StorePath, "--dry-run"]));
        Assert.Equal(ExitCode.Failed, await RunAsync(["store", "copy", "--from", _bed.StorePath]));
        Assert.Contains("is not empty: it has elements of the key ring (2), grants (1), bound keys (2)", _error.ToString());
        Assert.Equal(1L, await _server.ExecuteAsync(_database, "SELECT count(*) FROM notion_gateway.grants"));
    }

    /// <summary>A gateway on the file, used and stopped.</summary>
    private async Task<(JsonObject Pair, string Link)> UseAsync()
    {
        var gateway = await _bed.GatewayAsync(setup => setup.Operator(The.OperatorKey));
        var pair = await _bed.ConnectAsync(gateway);
        using var client = gateway.OperatorClient();
        var made = await client.PostAsJsonAsync("/operator/v1/connect-links", new { app = "crm", name = "acme" });
        var link = JsonNode.Parse(await made.Content.ReadAsStringAsync())!["url"]!.ToString();
        await gateway.StopAsync();
        return (pair, new Uri(link).AbsolutePath);
    }

    private async Task<int> RunAsync(string[] arguments, params (string Name, string? Value)[] changes)
    {
        var environment = new FakeEnvironment
        {
            ["GATEWAY_KEY"] = The.Key,
            ["NOTION_TOKEN"] = The.NotionToken,
            ["Gateway__OAuth__Apps__crm__ClientId"] = "client",
            ["Gateway__OAuth__Apps__crm__ClientSecret__Source"] = "Environment",
            ["Gateway__OAuth__Apps__crm__ClientSecret__Variable"] = "SECRET",
            ["Gateway__OAuth__PublicUrl"] = "https://connect.example.com",
            ["Gateway__OAuth__Store__Type"] = "PostgreSQL",
            ["Gateway__OAuth__Store__ConnectionString"] = _server.ConnectionString(_database),
            ["Gateway__OAuth__Store__Password__Source"] = "Environment",
            ["Gateway__OAuth__Store__Password__Variable"] = "DATABASE_PASSWORD",
            ["Gateway__OAuth__EncryptionKey__Source"] = "Environment",
            ["Gateway__OAuth__EncryptionKey__Variable"] = "KEY",
            ["KEY"] = The.EncryptionKey,
            ["DATABASE_PASSWORD"] = PostgresServer.Password,
        };
        foreach (var (name, value) in changes)
        {
            environment[name] = value;
        }

        return await GatewayCommands.InvokeAsync(arguments, environment, _output, _error);
    }
}
