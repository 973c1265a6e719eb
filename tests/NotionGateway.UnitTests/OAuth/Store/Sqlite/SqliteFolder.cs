using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store.Sqlite;

namespace NotionGateway.UnitTests.OAuth.Store.Sqlite;

/// <summary>A folder of its own for a test's files, and what others do to them.</summary>
internal sealed class SqliteFolder : IDisposable
{
    /// <summary>The encryption key of every file.</summary>
    public const string Key = "the-encryption-key-of-the-operator-0001";

    private int _files;

    public SqliteFolder() => FilePath = PathOf("grants.db");

    public FakeTimeProvider Time { get; } = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("grants").FullName;

    public string FilePath { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string NextPath() => PathOf($"grants{++_files}.db");

    /// <summary>A store that was opened as at start.</summary>
    public Task<SqliteGrantStore> OpenAsync() => OpenAsync(new SqliteStoreSettings(FilePath), Time);

    /// <summary>A store as it is before the start.</summary>
    public static SqliteGrantStore Unopened(SqliteStoreSettings settings, TimeProvider? time = null)
    {
        var keys = new EncryptionKeys();
        keys.Provide(Key, null);
        time ??= new FakeTimeProvider();
        return new SqliteGrantStore(settings, new RowSealer(keys, time, NullLogger<RowSealer>.Instance), time);
    }

    public static async Task<SqliteGrantStore> OpenAsync(SqliteStoreSettings settings, TimeProvider? time = null)
    {
        var store = Unopened(settings, time);
        try
        {
            await store.OpenAsync(CancellationToken.None);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>What a person with the file and an SQLite shell can do.</summary>
    public object? Tamper(string sql, params (string Name, object? Value)[] values)
    {
        using var connection = Connect(FilePath);
        using var command = new SqliteCommand(sql, connection);
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command.ExecuteScalar();
    }

    public static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>The bytes of the file, its log and the log's index, by name.</summary>
    public IEnumerable<(string Name, byte[] Bytes)> Files() => Directory.GetFiles(Folder).Select(path => (Path.GetFileName(path), Read(path)));

    /// <summary>Reads also what a store has open.</summary>
    public static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
