using NotionGateway.OAuth.Sealing;

namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>
/// The tables, as steps from one version to the next. A step that has been released is never changed: another is added.
/// Times are Unix milliseconds, digests are 32 bytes, names are compared byte by byte.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>"NGWG": distinguishes the gateway's files from other SQLite files.</summary>
    public const long ApplicationId = 0x4E475747;

    public static readonly string[] Steps =
    [
        """
        CREATE TABLE grants (
            id             TEXT    NOT NULL PRIMARY KEY,
            name           TEXT    NOT NULL UNIQUE,
            app            TEXT    NOT NULL,
            bot_id         TEXT    NOT NULL,
            workspace_id   TEXT    NOT NULL,
            workspace_name TEXT,
            owner          TEXT,
            created_at     INTEGER NOT NULL,
            refreshed_at   INTEGER NOT NULL,
            state          INTEGER NOT NULL,
            version        INTEGER NOT NULL,
            access_token   BLOB    NOT NULL,
            refresh_token  BLOB,
            profile        BLOB    NOT NULL,
            UNIQUE (app, bot_id)
        ) STRICT;
        CREATE INDEX grants_by_state ON grants (app, state);

        CREATE TABLE bound_keys (
            digest     BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
            grant_id   TEXT    NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
            caller     TEXT    NOT NULL,
            kind       INTEGER NOT NULL,
            issue      TEXT    NOT NULL,
            expires_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX bound_keys_by_grant ON bound_keys (grant_id);
        CREATE INDEX bound_keys_by_issue ON bound_keys (issue);
        CREATE INDEX bound_keys_by_end ON bound_keys (expires_at) WHERE expires_at IS NOT NULL;

        CREATE TABLE connect_links (
            digest     BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
            name       TEXT    NOT NULL,
            expires_at INTEGER NOT NULL,
            used_at    INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX connect_links_by_end ON connect_links (expires_at);

        CREATE TABLE pending_consents (
            state      BLOB    NOT NULL PRIMARY KEY CHECK (length(state) = 32),
            cookie     BLOB    NOT NULL CHECK (length(cookie) = 32),
            link       BLOB    NOT NULL CHECK (length(link) = 32),
            name       TEXT    NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX pending_consents_by_end ON pending_consents (expires_at);

        CREATE TABLE key_ring (
            name TEXT NOT NULL PRIMARY KEY,
            xml  TEXT NOT NULL
        ) STRICT;
        """,
        """
        ALTER TABLE bound_keys ADD COLUMN issued_at INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE bound_keys ADD COLUMN parent TEXT;
        """,
        """
        ALTER TABLE grants ADD COLUMN seal BLOB;
        ALTER TABLE bound_keys ADD COLUMN seal BLOB;
        """,
        """
        ALTER TABLE grants ADD COLUMN lease_holder TEXT;
        ALTER TABLE grants ADD COLUMN lease_until INTEGER;
        CREATE INDEX grants_leased ON grants (lease_until) WHERE lease_until IS NOT NULL;
        """,
    ];

    /// <summary>The step after which rows are sealed: existing rows are sealed in it.</summary>
    private const int SealingStep = 2;

    /// <summary>Migrates the file to the newest version in one transaction; of several processes, one does it.</summary>
    public static void Migrate(SqliteSession session, RowSealer seals, SqliteFailures failures) => session.Atomically(writer =>
    {
        var version = VersionOf(writer, failures);
        for (var step = version; step < Steps.Length; step++)
        {
            writer.Once(Steps[step]);
            if (step == SealingStep)
            {
                RowSealing.SealAll(writer, seals);
            }
        }

        // Written even if nothing changes: a file that cannot be written fails now, and not at the first refresh.
        writer.Pragma($"application_id = {ApplicationId}");
        writer.Pragma($"user_version = {Steps.Length}");
        return version;
    });

    /// <summary>The version of a gateway's file, 0 if it is empty; any other file is rejected unchanged.</summary>
    public static int VersionOf(SqliteSession session, SqliteFailures failures)
    {
        var version = (int)(long)session.Pragma("user_version")!;
        var owner = (long)session.Pragma("application_id")!;
        var isEmpty = owner == 0 && version == 0 && session.Once("SELECT 1 FROM sqlite_schema LIMIT 1") is null;
        if (owner != ApplicationId && !isEmpty)
        {
            throw failures.Of("is a database of another program, and was not changed. Configure another file");
        }

        return version <= Steps.Length
            ? version
            : throw failures.Of(
                $"was written by a newer gateway (its schema is {version}, this one knows {Steps.Length}), and was not changed. "
                + "Start that gateway, or restore a backup");
    }
}
