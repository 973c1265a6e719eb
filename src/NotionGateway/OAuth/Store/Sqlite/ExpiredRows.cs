namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>Deletes what has expired, a little at a time, so that other writers do not wait long.</summary>
internal static class ExpiredRows
{
    private const int AtOnce = 1000;

    private static readonly string[] Statements =
    [
        Statement("bound_keys", "digest"),
        Statement("connect_links", "digest"),
        Statement("pending_consents", "state"),
    ];

    public static async Task SweepAsync(SqliteFile file, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var statement in Statements)
        {
            while (await file.WriteAsync(session => session.Execute(statement, ("$now", now.Stored()), ("$most", AtOnce)), cancellationToken) == AtOnce)
            {
            }
        }

        // What was deleted or replaced stays in the log until that is rewritten; here it is removed, and the log becomes short.
        // If there is a reader now, it is left for the next time.
        await file.WriteAsync(session => session.Pragma("wal_checkpoint(TRUNCATE)"), cancellationToken);
    }

    private static string Statement(string table, string key) =>
        $"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE expires_at <= $now LIMIT $most)";
}
