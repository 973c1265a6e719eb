namespace NotionGateway.IntegrationTests.OAuth.Postgres;

/// <summary>What docs/oauth.md says of backups, done.</summary>
public sealed class PostgresBackupTests
{
    [Fact]
    public async Task A_dump_that_was_made_while_a_gateway_ran_is_restored_into_another_database_and_works_with_the_encryption_key()
    {
        await using var bed = await OAuthBed.StartAsync();
        var server = await SharedPostgres.ServerAsync;
        var (database, other) = (await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync());
        var running = await bed.GatewayAsync(setup => setup.InPostgres(server, database));
        var pair = await bed.ConnectAsync(running);

        var file = server.PathOf($"{database}.dump");
        await server.RunToolAsync("pg_dump", "--format=custom", "--schema=notion_gateway", $"--file={file}", database);
        await running.StopAsync();
        await server.RunToolAsync("pg_restore", "--exit-on-error", $"--dbname={other}", file);

        var restored = await bed.GatewayAsync(setup => setup.InPostgres(server, other));
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(restored, (string)pair["access_token"]!)).Status);
        bed.Notion.OAuth.ExpireAccessTokens();
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(restored, (string)pair["access_token"]!)).Status);
    }
}
