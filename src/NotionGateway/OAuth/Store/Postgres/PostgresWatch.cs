namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>Finds out when a database that was lost is back: requests do not try it meanwhile.</summary>
internal sealed class PostgresWatch(PostgresDatabase database, PostgresReach reach, TimeProvider time, ILogger<PostgresWatch> log)
    : BackgroundLoop(TimeSpan.FromMilliseconds(500), time, log)
{
    protected override async Task TickAsync(CancellationToken stopping)
    {
        if (reach.IsLost && await database.RespondsAsync(stopping))
        {
            reach.Back();
        }
    }
}
