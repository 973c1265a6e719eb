using NpgsqlTypes;

namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>Fills an empty database with the rows of another store, all or none.</summary>
internal static class PostgresImport
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    /// <summary>How many rows each table has; empty if there are no tables yet.</summary>
    public static Task<IReadOnlyDictionary<StoreTable, long>> CountAsync(PostgresDatabase database, CancellationToken cancellationToken) =>
        database.ReadAsync(CountInAsync, cancellationToken);

    /// <param name="rows">The rows of a table, in the order of its columns.</param>
    /// <param name="expected">How many there must be at the end.</param>
    public static Task<bool> RunAsync(
        PostgresDatabase database, Func<StoreTable, IEnumerable<object?[]>> rows, Func<StoreTable, long> expected, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                await PostgresSchema.LockAsync(session);
                Require(database, await CountInAsync(session));
                foreach (var table in StoreTable.All)
                {
                    await session.ImportAsync(
                        $"COPY notion_gateway.{table.Name} ({table.ColumnNames}) FROM STDIN (FORMAT BINARY)",
                        Timeout,
                        [.. table.Columns.Select(column => TypeOf(column.Kind))],
                        rows(table).Select(row => Typed(table, row)));
                }

                var counts = await CountInAsync(session);
                return StoreTable.All.All(table => counts[table] == expected(table))
                    ? true
                    : throw database.Failures.Of("has not taken every row; nothing was changed");
            },
            cancellationToken);

    /// <summary>An exception if anything is there.</summary>
    public static void Require(PostgresDatabase database, IReadOnlyDictionary<StoreTable, long> counts)
    {
        if (counts.Where(count => count.Value > 0).Select(count => $"{count.Key.Description} ({count.Value})").ToList() is { Count: > 0 } found)
        {
            throw database.Failures.Of(
                $"is not empty: it has {string.Join(", ", found)}. Nothing was changed. Copy into a new database, or drop the schema notion_gateway if nothing "
                + "in it is needed");
        }
    }

    private static async Task<IReadOnlyDictionary<StoreTable, long>> CountInAsync(PostgresSession session)
    {
        var counts = new Dictionary<StoreTable, long>();
        foreach (var table in (await PostgresSchema.VersionAsync(session)).Version > 0 ? StoreTable.All : [])
        {
            counts[table] = (await session.AllAsync($"SELECT count(*) FROM notion_gateway.{table.Name}", row => row.GetInt64(0)))[0];
        }

        return counts;
    }

    private static NpgsqlDbType TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Text => NpgsqlDbType.Text,
        ColumnKind.Long => NpgsqlDbType.Bigint,
        ColumnKind.Whole => NpgsqlDbType.Integer,
        _ => NpgsqlDbType.Bytea,
    };

    /// <summary>SQLite has one kind of whole number.</summary>
    private static object?[] Typed(StoreTable table, object?[] row) =>
        [.. row.Select((value, column) => table.Columns[column].Kind == ColumnKind.Whole && value is long whole ? (object)(int)whole : value)];
}
