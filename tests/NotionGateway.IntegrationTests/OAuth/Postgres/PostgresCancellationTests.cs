using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.OAuth.Postgres;

/// <summary>What callers who hang up do to the connections that others use.</summary>
public sealed class PostgresCancellationTests
{
    [Fact]
    public async Task Reads_that_are_given_up_leave_their_connections_as_they_are()
    {
        var server = await SharedPostgres.ServerAsync;
        var database = await server.CreateDatabaseAsync();
        using var process = await PostgresProcess.OpenAsync(PostgresProcess.Settings(server, database));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => process.Store.FindKeyAsync(Unknown(number), CancellationToken.None)));
        var before = await ConnectionsAsync();

        // Given up at every point of the read.
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async number =>
        {
            using var gone = new CancellationTokenSource();
            var reading = process.Store.FindKeyAsync(Unknown(number), gone.Token);
            for (var turn = 0; turn < number % 20; turn++)
            {
                await Task.Yield();
            }

            await gone.CancelAsync();
            await Record.ExceptionAsync(() => reading);
        }));
        await SafetyNet.UntilAsync(async () => (await ConnectionsAsync("AND state <> 'idle'")).Length == 0, () => "Reads have not ended.");

        Assert.Subset(new HashSet<string>(await ConnectionsAsync()), new HashSet<string>(before));

        async Task<string[]> ConnectionsAsync(string which = "") => (string[])(await server.ExecuteAsync(
            database,
            $"SELECT coalesce(array_agg(pid::text), ARRAY[]::text[]) FROM pg_stat_activity WHERE usename = '{PostgresServer.User}' {which} "
            + $"AND datname = '{database}'"))!;
    }

    private static KeyDigest Unknown(int number) => KeyDigest.Of($"a key that nobody has {number}");
}
