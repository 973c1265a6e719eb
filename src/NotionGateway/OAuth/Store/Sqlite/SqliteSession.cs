using System.Globalization;
using Microsoft.Data.Sqlite;

namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>One connection and the commands that were prepared on it. It serves one caller at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>A read waits only for a program that locks the whole file, and blocks its caller's thread meanwhile.</summary>
    public static readonly TimeSpan LongestReaderTimeout = TimeSpan.FromSeconds(1);

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    public SqliteSession(SqliteStoreSettings settings, bool writes)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = settings.Path,
            Mode = SqliteOpenMode.ReadWrite, // Never creates: see SqliteOpening. Readers, too, write to the index of the log.
            Pooling = false,
            ForeignKeys = true,
            DefaultTimeout = 1, // The library tries again for this long; it is SQLite that waits, see below.
        }.ToString());
        try
        {
            _connection.Open();
            var timeout = writes || settings.Timeout < LongestReaderTimeout ? settings.Timeout : LongestReaderTimeout;
            Pragma(string.Create(CultureInfo.InvariantCulture, $"busy_timeout = {(long)timeout.TotalMilliseconds}"));
            Pragma("trusted_schema = OFF");
            Pragma("cell_size_check = ON");
            if (writes)
            {
                // FULL: the log is on the disk before a write returns. Secure: what was deleted is overwritten.
                Pragma("synchronous = FULL");
                Pragma("secure_delete = ON");
                if (settings.MostPages is { } most)
                {
                    Pragma(string.Create(CultureInfo.InvariantCulture, $"max_page_count = {most}"));
                }
            }
            else
            {
                Pragma("query_only = ON");
            }
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement without preparing it; returns the first value of its result.</summary>
    public object? Once(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every text that comes here is written in this folder.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    public object? Pragma(string pragma) => Once("PRAGMA " + pragma);

    /// <summary>How many rows the statement changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values) => Prepare(sql, values).ExecuteNonQuery();

    public T? First<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
        where T : class
    {
        using var reader = Prepare(sql, values).ExecuteReader();
        var first = reader.Read() ? read(reader) : null;

        // Read to the end: only then does a statement report whether its change was written.
        while (reader.Read())
        {
        }

        return first;
    }

    public List<T> All<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var reader = Prepare(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The rows one after another, for tables that may not fit in memory.</summary>
    public IEnumerable<T> Each<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var reader = Prepare(sql, []).ExecuteReader();
        while (reader.Read())
        {
            yield return read(reader);
        }
    }

    public bool Any(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var reader = Prepare(sql, values).ExecuteReader();
        return reader.Read();
    }

    /// <summary>Runs in one transaction, which locks out other writers from the start, so that what it reads cannot change.</summary>
    public T Atomically<T>(Func<SqliteSession, T> work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            var result = work(this);
            Execute("COMMIT");
            return result;
        }
        catch
        {
            TryRollBack();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private void TryRollBack()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back automatically, or closing the connection will.
        }
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
#pragma warning disable CA2100 // Every text that comes here is written in this folder; what comes from outside is bound.
            command = new SqliteCommand(sql, _connection);
#pragma warning restore CA2100
            foreach (var (name, _) in values)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }

            _prepared.Add(sql, command);
        }

        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index].Value ?? DBNull.Value;
        }

        return command;
    }
}
