using NotionGateway.OAuth.Sealing;

namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>Everything in a file, while nobody else can write to it. The file is not changed.</summary>
internal sealed class SqliteExport : IDisposable
{
    private readonly SqliteSession _session;
    private readonly SqliteFailures _failures;

    public SqliteExport(string path)
    {
        _failures = new SqliteFailures(path);
        if (!File.Exists(path))
        {
            throw _failures.Of("does not exist");
        }

        _session = Explained(() => new SqliteSession(new SqliteStoreSettings(path), writes: true));
        try
        {
            Explained(() => _session.Execute("BEGIN IMMEDIATE"));
            if (Explained(() => SqliteSchema.VersionOf(_session, _failures)) is var version && version != SqliteSchema.Steps.Length)
            {
                throw _failures.Of(
                    $"has tables of version {version}, and {SqliteSchema.Steps.Length} are needed. "
                    + "Start this version of the gateway on the file once, and stop it");
            }
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    public List<RingElement> Ring => Explained(() => RingRows.Read(_session));

    /// <summary>An exception if a row is not as a gateway has written it.</summary>
    public void CheckSeals(RowSealer seals) => Explained(() =>
    {
        foreach (var grant in GrantRows.Each(_session))
        {
            seals.Check(grant.Value, grant.Seal);
        }

        foreach (var key in KeyRows.Each(_session))
        {
            seals.Check(key.Value, key.Seal);
        }

        return true;
    });

    public long Count(StoreTable table) => Explained(() => (long)_session.Once($"SELECT count(*) FROM {table.Name}")!);

    /// <summary>The rows, one after another: there may be more of them than fit in memory.</summary>
    public IEnumerable<object?[]> Rows(StoreTable table) => _session.Each(
        $"SELECT {table.ColumnNames} FROM {table.Name}",
        row => table.Columns.Select((_, column) => row.IsDBNull(column) ? null : row.GetValue(column)).ToArray());

    public void Dispose() => _session.Dispose();

    private T Explained<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (SqliteFailures.IsStoreFailure(failure))
        {
            throw _failures.Explain(failure);
        }
    }
}
