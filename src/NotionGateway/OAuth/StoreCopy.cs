using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Postgres;
using NotionGateway.OAuth.Store.Sqlite;

namespace NotionGateway.OAuth;

/// <summary>Copies the grants of a file into an empty database, with their keys, links and key ring: as they are, sealed and encrypted.</summary>
internal sealed class StoreCopy(PostgresDatabase database, GrantStoreOpening opening, KeyRingGuard guard, EncryptionKeys keys, IServiceProvider services)
{
    /// <summary>What was, or in a dry run would be, copied.</summary>
    public async Task<IReadOnlyList<(StoreTable Table, long Rows)>> RunAsync(string path, bool isDryRun, CancellationToken cancellationToken)
    {
        await opening.ProvideKeysAsync();
        using var source = new SqliteExport(path);
        RequireIntact(source);
        var counts = StoreTable.All.Select(table => (table, source.Count(table))).ToList();
        PostgresImport.Require(database, await PostgresImport.CountAsync(database, cancellationToken));
        if (!isDryRun)
        {
            await PrepareAsync(cancellationToken);
            await PostgresImport.RunAsync(database, source.Rows, table => counts.Single(count => count.table == table).Item2, cancellationToken);
            await guard.VerifyAsync(cancellationToken);
        }

        return counts;
    }

    /// <summary>A file that a gateway would refuse is not copied: neither a ring under another key nor a row from outside.</summary>
    private void RequireIntact(SqliteExport source)
    {
        var ring = source.Ring;
        foreach (var element in ring)
        {
            _ = RingSignature.Open(element, keys);
        }

        // The store's own is for the rows of the database.
        var seals = ActivatorUtilities.CreateInstance<RowSealer>(services);
        seals.Load(() => ring);
        source.CheckSeals(seals);
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (database.Settings.Migrates)
        {
            await PostgresOpening.MigrateAsync(database, cancellationToken);
        }

        PostgresOpening.Judge(database, await database.ReadAsync(PostgresSchema.VersionAsync, cancellationToken));
    }
}
