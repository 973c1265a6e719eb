namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>A change of the tables.</summary>
/// <param name="Sql">What is executed.</param>
/// <param name="ReadableBy">
/// The oldest program, as a number of steps that it knows, that still reads and writes the tables after it. A step that removes
/// something comes two releases after the one that made it unnecessary.
/// </param>
internal sealed record PostgresStep(string Sql, int ReadableBy);

/// <summary>
/// The tables, as steps from one version to the next. A step that has been released is never changed: another is added.
/// Times are Unix milliseconds, digests are 32 bytes, texts are compared byte by byte.
/// </summary>
internal static class PostgresSchema
{
    public static readonly IReadOnlyList<PostgresStep> Steps =
    [
        new(
            """
            CREATE TABLE notion_gateway.grants (
                id             text    COLLATE "C" NOT NULL PRIMARY KEY,
                name           text    COLLATE "C" NOT NULL CONSTRAINT grants_name UNIQUE,
                app            text    COLLATE "C" NOT NULL,
                bot_id         text    COLLATE "C" NOT NULL,
                workspace_id   text    COLLATE "C" NOT NULL,
                workspace_name text    COLLATE "C",
                owner          text    COLLATE "C",
                created_at     bigint  NOT NULL,
                refreshed_at   bigint  NOT NULL,
                state          integer NOT NULL,
                version        bigint  NOT NULL,
                access_token   bytea   NOT NULL,
                refresh_token  bytea,
                profile        bytea   NOT NULL,
                seal           bytea,
                lease_holder   text    COLLATE "C",
                lease_until    bigint,
                CONSTRAINT grants_bot UNIQUE (app, bot_id)
            );
            CREATE INDEX grants_by_state ON notion_gateway.grants (app, state);

            CREATE TABLE notion_gateway.bound_keys (
                digest     bytea   NOT NULL PRIMARY KEY CHECK (octet_length(digest) = 32),
                grant_id   text    COLLATE "C" NOT NULL REFERENCES notion_gateway.grants (id) ON DELETE CASCADE,
                caller     text    COLLATE "C" NOT NULL,
                kind       integer NOT NULL,
                issue      text    COLLATE "C" NOT NULL,
                expires_at bigint,
                issued_at  bigint  NOT NULL,
                parent     text    COLLATE "C",
                seal       bytea
            );
            CREATE INDEX bound_keys_by_grant ON notion_gateway.bound_keys (grant_id);
            CREATE INDEX bound_keys_by_issue ON notion_gateway.bound_keys (issue);
            CREATE INDEX bound_keys_by_end ON notion_gateway.bound_keys (expires_at) WHERE expires_at IS NOT NULL;

            CREATE TABLE notion_gateway.connect_links (
                digest     bytea  NOT NULL PRIMARY KEY CHECK (octet_length(digest) = 32),
                name       text   COLLATE "C" NOT NULL,
                expires_at bigint NOT NULL,
                used_at    bigint
            );
            CREATE INDEX connect_links_by_end ON notion_gateway.connect_links (expires_at);

            CREATE TABLE notion_gateway.pending_consents (
                state      bytea  NOT NULL PRIMARY KEY CHECK (octet_length(state) = 32),
                cookie     bytea  NOT NULL CHECK (octet_length(cookie) = 32),
                link       bytea  NOT NULL CHECK (octet_length(link) = 32),
                name       text   COLLATE "C" NOT NULL,
                expires_at bigint NOT NULL
            );
            CREATE INDEX pending_consents_by_end ON notion_gateway.pending_consents (expires_at);

            CREATE TABLE notion_gateway.key_ring (
                name text COLLATE "C" NOT NULL PRIMARY KEY,
                xml  text COLLATE "C" NOT NULL
            );
            """,
            ReadableBy: 1),
    ];

    /// <summary>"NGWG" and a one: of all starters, who holds this lock changes the tables.</summary>
    private const long MigrationLock = 0x4E475747_0001;

    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(10);

    /// <summary>The version of the tables and the oldest program that they serve; none of both if there are no tables.</summary>
    public static async Task<(int Version, int ReadableBy)> VersionAsync(PostgresSession session)
    {
        // Not to_regclass: within a transaction it may answer from a cache that does not know yet what another starter has just made.
        if (!await session.AnyAsync(
            "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'notion_gateway' AND c.relname = 'schema_version'"))
        {
            return default;
        }

        var rows = await session.AllAsync(
            "SELECT version, readable_by FROM notion_gateway.schema_version ORDER BY version DESC LIMIT 1", row => (row.GetInt32(0), row.GetInt32(1)));
        return rows.FirstOrDefault();
    }

    /// <summary>Runs alone among all gateways, until the end of the transaction. A pooler in between does not lose it.</summary>
    public static Task LockAsync(PostgresSession session) =>
        session.ExecuteAsync("SELECT pg_advisory_xact_lock(@lock)", LongestStep, ("lock", MigrationLock));

    /// <summary>Within a transaction that has the lock: the steps that are missing. Returns the version before.</summary>
    public static async Task<int> MigrateAsync(PostgresSession session, IReadOnlyList<PostgresStep> steps)
    {
        var (version, _) = await VersionAsync(session);
        if (version == 0)
        {
            // Asked first: a role that may not create a schema may still use one that was made for it.
            if (!await session.AnyAsync("SELECT 1 FROM pg_namespace WHERE nspname = 'notion_gateway'"))
            {
                await session.ExecuteAsync("CREATE SCHEMA notion_gateway");
            }

            await session.ExecuteAsync("CREATE TABLE notion_gateway.schema_version (version integer NOT NULL PRIMARY KEY, readable_by integer NOT NULL)");
        }

        for (var step = version; step < steps.Count; step++)
        {
            await session.ExecuteAsync(steps[step].Sql, LongestStep);
            await session.ExecuteAsync(
                "INSERT INTO notion_gateway.schema_version (version, readable_by) VALUES (@version, @readable)",
                ("version", step + 1),
                ("readable", steps[step].ReadableBy));
        }

        return version;
    }
}
