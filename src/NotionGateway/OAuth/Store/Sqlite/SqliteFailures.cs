using Microsoft.Data.Sqlite;

namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>Describes for operators what is wrong with the file, and what to do. It never includes the contents of rows.</summary>
internal sealed class SqliteFailures(string path)
{
    private const int WrongSql = 1, Permission = 3, Busy = 5, Locked = 6, OutOfMemory = 7, ReadOnly = 8, Io = 10, Corrupt = 11, Full = 13, CannotOpen = 14,
        Constraint = 19, NotADatabase = 26;

    public static bool IsStoreFailure(Exception failure) => failure
        is SqliteException or IOException or UnauthorizedAccessException
        or InvalidCastException or FormatException or ArgumentException or OverflowException;

    /// <summary>After these the connection can still be used.</summary>
    public static bool LeavesConnectionSound(Exception failure) => failure is SqliteException { SqliteErrorCode: Busy or Locked or Constraint };

    public GrantStoreException Explain(Exception failure) => failure switch
    {
        SqliteException sqlite => Of($"{Description(sqlite)} (SQLite {sqlite.SqliteExtendedErrorCode})", sqlite),
        IOException or UnauthorizedAccessException => Of(
            $"cannot be opened: {failure.Message.TrimEnd('.')}. The file and its folder must be writable for the user that the gateway runs as", failure),
        _ => Of("contains an invalid row. Another program has written to it, or it is damaged: restore a backup", failure),
    };

    public GrantStoreException Of(string what, Exception? inner = null) => new($"The grant store '{path}' {what}.", inner);

    public GrantStoreException OfOthersWriting(TimeSpan timeout) =>
        Of($"is busy: writes have been waiting for more than {timeout.TotalSeconds:0.#} s. Check the disk, and programs that lock the file");

    public GrantStoreException OfOthersReading(TimeSpan timeout) =>
        Of($"is busy: reads have been waiting for more than {timeout.TotalSeconds:0.#} s. Check the disk, and programs that lock the file");

    private static string Description(SqliteException failure) => failure.SqliteErrorCode switch
    {
        Full => "could not be written: the disk, or the quota on it, is full. Free some space; no stored data is lost",
        ReadOnly => "could not be written: the file or its file system is read-only. Mount it writable, and make the user that the gateway runs as its owner",
        Busy or Locked => "is locked by another program. Stop the shell or backup that locks it; only gateways may write to it, on a local disk",
        Corrupt => "is damaged. Stop the gateway, keep a copy of the file, and restore a backup",
        NotADatabase => "is not an SQLite database, and was not changed. Configure another file, or restore a backup",
        CannotOpen => "cannot be opened. The file and its folder must exist and be writable for the user that the gateway runs as",
        WrongSql => "does not have the tables that are expected. Configure the file that the gateways use, or restore a backup",
        Permission => "cannot be accessed by the user that the gateway runs as: make that user its owner",
        Io => "could not be read or written: the disk reports an error. Check the system log and the volume",
        OutOfMemory => "could not be used: out of memory",
        Constraint => "rejects the row: it refers to a deleted grant, or already exists",
        _ => "failed with an unexpected error",
    };
}
