using Npgsql;
using NpgsqlTypes;

namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>One connection for one piece of work. No statement is cancelled once it has begun: it ends by its timeout.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection)
{
    /// <summary>How many rows the statement changed.</summary>
    public Task<int> ExecuteAsync(string sql, params (string Name, object? Value)[] values) => ExecuteAsync(sql, timeout: null, values);

    /// <summary>The same for a statement that may take longer than others.</summary>
    public async Task<int> ExecuteAsync(string sql, TimeSpan? timeout, params (string Name, object? Value)[] values)
    {
        await using var command = Command(sql, values);
        command.CommandTimeout = timeout is { } longer ? (int)longer.TotalSeconds : command.CommandTimeout;
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<T?> FirstAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params (string Name, object? Value)[] values)
        where T : class => (await AllAsync(sql, read, values)).FirstOrDefault();

    public async Task<bool> AnyAsync(string sql, params (string Name, object? Value)[] values) =>
        (await AllAsync(sql, static _ => true, values)).Count > 0;

    public async Task<List<T>> AllAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params (string Name, object? Value)[] values)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Many rows at once; the server may take longer over them than over a statement.</summary>
    public async Task ImportAsync(string copy, TimeSpan timeout, NpgsqlDbType[] types, IEnumerable<object?[]> rows)
    {
        await using var importer = await connection.BeginBinaryImportAsync(copy);
        importer.Timeout = timeout;
        foreach (var row in rows)
        {
            await importer.StartRowAsync();
            foreach (var (column, value) in row.Index())
            {
                await (value is null ? importer.WriteNullAsync() : importer.WriteAsync(value, types[column]));
            }
        }

        await importer.CompleteAsync();
    }

    private NpgsqlCommand Command(string sql, (string Name, object? Value)[] values)
    {
#pragma warning disable CA2100 // Every text that comes here is written in this folder; what comes from outside is bound.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            command.Parameters.Add(new NpgsqlParameter(name, value ?? DBNull.Value));
        }

        return command;
    }
}
