using System.Diagnostics;
using Microsoft.Extensions.Logging;
using NotionGateway.Access;
using NotionGateway.TestKit;
using NotionSandbox.Faults;

namespace NotionGateway.IntegrationTests.OAuth.Postgres;

/// <summary>The database is stopped, killed and started again while the gateway runs.</summary>
public sealed class PostgresOutageTests : IAsyncLifetime
{
    private PostgresServer _server = null!;
    private OAuthBed _bed = null!;
    private TestGateway _gateway = null!;
    private string _used = "";
    private string _usedBot = "";
    private string _unused = "";

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        var database = await _server.CreateDatabaseAsync();
        _bed = await OAuthBed.StartAsync(limit: 100_000);
        _gateway = await _bed.GatewayAsync(setup => setup.InPostgres(_server, database));
        var pair = await _bed.ConnectAsync(_gateway, _bed.Notion.OAuth.Consenters.All[0]);
        (_used, _usedBot) = ((string)pair["access_token"]!, (string)pair["bot_id"]!);
        _unused = (string)(await _bed.ConnectAsync(_gateway, _bed.Notion.OAuth.Consenters.All[1]))["access_token"]!;
        Assert.Equal(200, await CallAsync(_used));
    }

    public async ValueTask DisposeAsync()
    {
        await _bed.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_database_that_is_killed_and_started_again_is_noticed_said_and_used_again()
    {
        Assert.Equal(1, Up());
        await _server.KillAsync();

        Assert.Equal(503, await CallAsync(_unused));
        Assert.Equal(200, await CallAsync(_used));
        Assert.Equal(200, await CallAsync(The.Key));
        Assert.Equal(0, Up());
        Assert.Equal(LogLevel.Critical, Assert.Single(_gateway.Logs.Named("GrantStoreLost")).Level);
        using (var management = _gateway.ManagementClient())
        {
            var ready = await management.GetAsync("/readyz");
            Assert.True(ready.IsSuccessStatusCode);
            Assert.Matches(@"^ok\ngrant store: lost for \d+ s \(.+\)\n$", await ready.Content.ReadAsStringAsync());
        }

        await _server.RestartAsync();
        await _gateway.UntilAsync(async () => await CallAsync(_unused) == 200, "the database to be used again");
        Assert.Equal(1, Up());
        Assert.Single(_gateway.Logs.Named("GrantStoreBack"));
        using var again = _gateway.ManagementClient();
        Assert.Equal("ok\n", await again.GetStringAsync("/readyz"));
    }

    [Fact]
    public async Task A_database_that_takes_no_writes_is_read_on()
    {
        await SetAsync("default_transaction_read_only = on");
        var grant = _bed.Notion.OAuth.Grant(_usedBot);
        await _gateway.UntilAsync(
            async () =>
            {
                _bed.Notion.OAuth.ExpireAccessTokens(grant);
                return await CallAsync(_used) == 503;
            },
            "the server to take no writes");

        for (var call = 0; call < 5; call++)
        {
            Assert.Equal(503, await CallAsync(_used));

            // Nothing of it is in memory.
            Assert.Equal(401, await CallAsync(GatewayKey.New()));
        }

        Assert.Equal(1, Up());
        Assert.Empty(_gateway.Logs.Named("GrantStoreLost"));
        Assert.Contains(_gateway.Logs.Lines, line => line.Text.Contains("is read-only, though it is no standby: is its storage full?"));
        await SetAsync("default_transaction_read_only = off");
        await _gateway.UntilAsync(async () => await CallAsync(_used) == 200, "the pair to be renewed");
    }

    [Fact]
    public async Task A_pair_that_came_while_the_database_did_not_answer_is_stored_soon_after()
    {
        _bed.Notion.OAuth.ExpireAccessTokens();
        var hold = new HoldFault { Before = false };
        _bed.Notion.Faults.Add(new FaultRule { Path = "/v1/oauth/token", Fault = hold });
        var asking = CallAsync(_used);
        await _gateway.UntilAsync(() => _bed.Notion.OAuth.Calls.Rotation == 1, "Notion to have rotated");
        _server.Freeze();
        hold.Release();
        Assert.Equal(503, await asking);
        Assert.Single(_gateway.Logs.Named("GrantNotStored"));

        _server.Thaw();
        var from = Stopwatch.GetTimestamp();
        await _gateway.UntilAsync(() => _gateway.Logs.Named("GrantStoredLate").Any(), "the pair to be stored");
        TestContext.Current.TestOutputHelper?.WriteLine($"stored after {Stopwatch.GetElapsedTime(from)}");
        Assert.Equal(200, await CallAsync(_used));
        Assert.Equal(1, _bed.Notion.OAuth.Calls.Refresh);
    }

    [Fact]
    public async Task A_password_that_was_changed_is_read_again_when_the_server_refuses_the_old_one()
    {
        var database = await _server.CreateDatabaseAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, PostgresServer.Password);
        var gateway = await _bed.GatewayAsync(setup => setup.InPostgres(_server, database)
            .Setting("Gateway:OAuth:Store:Password:Source", "File").Setting("Gateway:OAuth:Store:Password:Variable", null)
            .Setting("Gateway:OAuth:Store:Password:Path", file));
        var key = (string)(await _bed.ConnectAsync(gateway))["access_token"]!;

        await _server.ExecuteAsync("postgres", $"ALTER ROLE {PostgresServer.User} PASSWORD 'the-next-password-of-the-database-user'");
        await File.WriteAllTextAsync(file, "the-next-password-of-the-database-user");
        await _server.ExecuteAsync("postgres", $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{database}'");

        await gateway.UntilAsync(async () => (await OAuthBed.WhoAmIAsync(gateway, key)).Status == 200, "the new password to be used");
        File.Delete(file);
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task While_the_database_does_not_answer_for_a_minute_known_grants_and_keys_serve_without_an_error()
    {
        _server.Freeze();
        var (from, longest, unknown) = (Stopwatch.GetTimestamp(), TimeSpan.Zero, TimeSpan.Zero);
        while (Stopwatch.GetElapsedTime(from) < TimeSpan.FromSeconds(60))
        {
            var call = Stopwatch.GetTimestamp();
            Assert.Equal(200, await CallAsync(_used));
            longest = Max(longest, Stopwatch.GetElapsedTime(call));
            call = Stopwatch.GetTimestamp();
            Assert.Equal(503, await CallAsync(_unused));
            unknown = Max(unknown, Stopwatch.GetElapsedTime(call));
            await Task.Delay(100);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"longest known {longest}, unknown {unknown}");
        Assert.InRange(unknown, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(longest, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        _server.Thaw();
        await _gateway.UntilAsync(async () => await CallAsync(_unused) == 200, "the database to be used again");
        Assert.Single(_gateway.Logs.Named("GrantStoreLost"));
    }

    private async Task SetAsync(string setting)
    {
        await _server.ExecuteAsync("postgres", $"ALTER SYSTEM SET {setting}");
        await _server.ExecuteAsync("postgres", "SELECT pg_reload_conf()");
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private double Up() => Assert.Single(_gateway.Metrics.Gauges(), gauge => gauge.Instrument == "notion_gateway.oauth.store.up").Value;

    private async Task<int> CallAsync(string key) => (await OAuthBed.WhoAmIAsync(_gateway, key)).Status;
}
