namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>Deletes what has expired, a little at a time. Several gateways may do it at once: each skips what another has locked.</summary>
internal static class ExpiredRows
{
    private const int AtOnce = 1000;

    private static readonly string[] Statements =
    [
        Statement("bound_keys", "digest"),
        Statement("connect_links", "digest"),
        Statement("pending_consents", "state"),
    ];

    public static async Task SweepAsync(PostgresDatabase database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var statement in Statements)
        {
            while (await database.WriteAsync(
                session => session.ExecuteAsync(statement, ("now", now.Stored()), ("most", AtOnce)), cancellationToken) == AtOnce)
            {
            }
        }
    }

    private static string Statement(string table, string key) =>
        $"""
        DELETE FROM notion_gateway.{table} WHERE {key} IN (
            SELECT {key} FROM notion_gateway.{table} WHERE expires_at <= @now LIMIT @most FOR UPDATE SKIP LOCKED)
        """;
}
