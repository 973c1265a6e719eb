using NotionGateway.OAuth.Sealing;

namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>Runs once, at start: the database is recognised, its tables are created, changed or judged, and the rights of the user are checked.</summary>
internal static class PostgresOpening
{
    private static readonly string[] Tables = ["grants", "bound_keys", "connect_links", "pending_consents", "key_ring"];

    /// <summary>At a start no caller waits, so a server that is only slow is asked again.</summary>
    private const int MostAttempts = 5;

    public static async Task OpenAsync(PostgresDatabase database, RowSealer seals, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await OpenOnceAsync(database, seals, cancellationToken);
                return;
            }
            catch (GrantStoreException failure) when (attempt < MostAttempts && PostgresFailures.IsTimeout(failure.InnerException))
            {
                database.Forgive();
            }
        }
    }

    private static async Task OpenOnceAsync(PostgresDatabase database, RowSealer seals, CancellationToken cancellationToken)
    {
        var settings = database.Settings;
        await CheckServerAsync(database, cancellationToken);
        var found = await database.ReadAsync(PostgresSchema.VersionAsync, cancellationToken);
        if (found.Version < settings.Steps.Count && settings.Migrates)
        {
            await MigrateAsync(database, cancellationToken);
            found = await database.ReadAsync(PostgresSchema.VersionAsync, cancellationToken);
        }

        Judge(database, found);
        await CheckRightsAsync(database, cancellationToken);
        if (!HasSeals(await database.ReadAsync(RingRows.ReadAsync, cancellationToken)))
        {
            await BeginSealsAsync(database, seals, cancellationToken);
        }

        // Read now and not by the first call, which would wait for it synchronously; and from the database, whose ring another gateway may have made.
        var ring = await database.ReadAsync(RingRows.ReadAsync, cancellationToken);
        seals.Use(ring);
    }

    /// <summary>Creates or changes the tables if they are older than the program; returns their version before. Needs no key.</summary>
    public static Task<int> MigrateAsync(PostgresDatabase database, CancellationToken cancellationToken) => database.TransactAsync(
        async session =>
        {
            await PostgresSchema.LockAsync(session);
            return await PostgresSchema.MigrateAsync(session, database.Settings.Steps);
        },
        cancellationToken);

    /// <summary>An exception unless this program can read and write the tables.</summary>
    public static void Judge(PostgresDatabase database, (int Version, int ReadableBy) found)
    {
        var known = database.Settings.Steps.Count;
        if (found.Version < known)
        {
            throw database.Failures.Of(
                $"has tables of version {found.Version}, and this gateway needs {known}. Run 'notion-gateway store migrate' with a role that may "
                + "create tables, or set Gateway:OAuth:Store:Migrate to true");
        }

        if (found.ReadableBy > known)
        {
            throw database.Failures.Of(
                $"was changed by a newer gateway: its tables have version {found.Version}, which gateways below {found.ReadableBy} cannot use, "
                + $"and this one knows {known}. Start the newer gateway, or restore a backup");
        }
    }

    private static async Task CheckServerAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        var server = await database.ReadAsync(
            session => session.AllAsync(
                "SELECT current_setting('server_encoding'), pg_is_in_recovery()", row => (Encoding: row.GetString(0), IsStandby: row.GetBoolean(1))),
            cancellationToken);
        if (server[0].IsStandby)
        {
            throw database.Failures.Of("is read-only: it is a standby. Configure the primary, or all hosts");
        }

        if (server[0].Encoding != "UTF8")
        {
            throw database.Failures.Of($"has the encoding {server[0].Encoding}. Create a database with ENCODING 'UTF8'");
        }
    }

    private static async Task CheckRightsAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        var missing = await database.ReadAsync(
            session => session.AllAsync(
                """
                SELECT r.right || ' on ' || t.name FROM unnest(@tables) t (name), unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) r ("right")
                WHERE NOT has_table_privilege('notion_gateway.' || t.name, r.right)
                """,
                row => row.GetString(0),
                ("tables", Tables)),
            cancellationToken);
        if (missing.Count > 0)
        {
            throw database.Failures.Of($"does not give the user these rights: {string.Join(", ", missing)}. See the roles in docs/oauth.md");
        }
    }

    /// <summary>The key of the row seals is made once, before there is any row; a ring or rows without it are refused.</summary>
    private static Task<bool> BeginSealsAsync(PostgresDatabase database, RowSealer seals, CancellationToken cancellationToken) => database.TransactAsync(
        async session =>
        {
            await PostgresSchema.LockAsync(session);
            var ring = await RingRows.ReadAsync(session);
            if (HasSeals(ring))
            {
                return false;
            }

            foreach (var element in seals.Begin(ring, (await GrantRows.CountAsync(session)).Count > 0))
            {
                await RingRows.WriteAsync(session, element);
            }

            return true;
        },
        cancellationToken);

    private static bool HasSeals(IEnumerable<RingElement> ring) => ring.Any(element => element.Name == RowSealer.ElementName);
}
