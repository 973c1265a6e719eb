using NotionGateway.OAuth.Sealing;

namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>Runs once, at start: the file is created or recognised, migrated, checked and written to.</summary>
internal static class SqliteOpening
{
    public static void Open(SqliteFile file, RowSealer seals)
    {
        var (path, failures) = (file.Settings.Path, file.Failures);
        try
        {
            Create(path, failures);
        }
        catch (Exception failure) when (SqliteFailures.IsStoreFailure(failure))
        {
            throw failures.Explain(failure);
        }

        file.Write(session =>
        {
            _ = SqliteSchema.VersionOf(session, failures);
            if (session.Pragma("journal_mode = WAL") as string != "wal")
            {
                throw failures.Of("does not support a write-ahead log. Put it on a local disk; NFS and SMB do not work");
            }

            SqliteSchema.Migrate(session, seals, failures);
            RowSealer.Require(RingRows.Read(session));
            LeaseRows.EndAll(session);
            Check(session, new FileInfo(path).Length <= file.Settings.MostBytesChecked, failures);
            return true;
        });
    }

    private static void Create(string path, SqliteFailures failures)
    {
        if (Directory.Exists(path))
        {
            throw failures.Of("is a folder. Configure a file in it");
        }

        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            throw failures.Of(
                "cannot be created: its folder does not exist. Mount the volume, or create the folder, and make the user that the gateway runs as its owner");
        }

        if (!File.Exists(path))
        {
            // Created here and not by SQLite, which would make it readable for everyone. The log and its index get the same mode.
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var created = new FileStream(path, options);
        }
        else if (!LooksLikeSqlite(path))
        {
            throw failures.Of("is not an SQLite database, and was not changed. Configure another file, or restore a backup");
        }
    }

    /// <summary>SQLite itself takes a file that is too short for a page as an empty one, and overwrites it.</summary>
    private static bool LooksLikeSqlite(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> head = stackalloc byte[16];
        return file.Length == 0 || (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.SequenceEqual("SQLite format 3\0"u8));
    }

    private static void Check(SqliteSession session, bool wholly, SqliteFailures failures)
    {
        // A truncated file fails at the first read; damage inside it is found only by a full check.
        if (wholly && session.Pragma("quick_check(1)") as string is var verdict and not "ok")
        {
            throw failures.Of($"is damaged. Stop the gateway, keep a copy of the file, and restore a backup (SQLite says: {verdict})");
        }
    }
}
