using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>Describes for operators what is wrong with the database, and what to do. It never includes the contents of rows.</summary>
internal sealed class PostgresFailures(string place)
{
    public static bool IsStoreFailure(Exception failure) => failure
        is NpgsqlException or TimeoutException or SocketException or IOException or AuthenticationException
        or InvalidCastException or FormatException or ArgumentException or OverflowException;

    /// <summary>The server, or the way to it, is gone: the next call would fail too. With a full disk, reads go on.</summary>
    public static bool IsUnreachable(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => false,
        PostgresException refusal => refusal.SqlState[..2] is "08" or "28" or "53" or "57" or "3D" || IsReadOnly(refusal),
        NpgsqlException or TimeoutException or SocketException or IOException or AuthenticationException => true,
        _ => false,
    };

    /// <summary>The server takes no writes: a standby, or a primary whose storage is full.</summary>
    public static bool IsReadOnly(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <summary>The connection had died, and a new one may be fine. A server that does not respond in time is not tried again.</summary>
    public static bool IsBrokenConnection(Exception failure) =>
        failure is NpgsqlException { InnerException: IOException or SocketException or null } and not PostgresException
        || failure is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown };

    public static bool IsTimeout(Exception? failure) => failure is TimeoutException || failure?.InnerException is TimeoutException;

    /// <summary>Another row has a value that must be unique.</summary>
    public static bool IsTaken(Exception? failure) => failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public GrantStoreException Explain(Exception failure) => failure switch
    {
        PostgresException refusal => Of($"{Description(refusal)} (SQLSTATE {refusal.SqlState})", refusal),
        { InnerException: GrantStoreException known } => known,
        NpgsqlException { InnerException: AuthenticationException tls } => Of(
            $"presents a certificate that is not trusted: {Sentence(tls)}. Check CaFile, and that the certificate is for the configured host", failure),
        NpgsqlException or SocketException or IOException or AuthenticationException or TimeoutException => Of(
            IsTimeout(failure)
                ? "does not respond"
                : $"cannot be reached: {Sentence(failure.InnerException ?? failure)}",
            failure),
        _ => Of("contains an invalid row. Another program has written to it, or it is damaged: restore a backup", failure),
    };

    /// <summary>Managed servers do this when their storage is full.</summary>
    public GrantStoreException OfReadOnlyPrimary(Exception failure) => Of(
        "is read-only, though it is no standby: is its storage full? Otherwise check default_transaction_read_only; no stored data is lost", failure);

    public GrantStoreException Of(string what, Exception? inner = null) => new($"The grant store in PostgreSQL at '{place}' {what}.", inner);

    private static string Sentence(Exception failure) => failure.Message.TrimEnd('.');

    private static string Description(PostgresException refusal) => refusal.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"refuses the user: {refusal.MessageText}. Check Username and Password",
        PostgresErrorCodes.InvalidCatalogName => "does not exist. Create the database, or configure another",
        PostgresErrorCodes.InsufficientPrivilege => $"does not let the user do this: {refusal.MessageText}. See the roles in docs/oauth.md",
        PostgresErrorCodes.ReadOnlySqlTransaction => "is read-only: it is a standby. Configure the primary, or all hosts",
        PostgresErrorCodes.TooManyConnections => "has no connection left. Raise max_connections: each gateway opens up to 10",
        PostgresErrorCodes.DiskFull => "could not be written: the disk is full. Free some space; no stored data is lost",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => "is starting, stopping or recovering",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName =>
            "does not have the tables that are expected. Run 'notion-gateway store migrate', or restore a backup",
        _ when refusal.SqlState.StartsWith("23", StringComparison.Ordinal) => "rejects the row: it refers to a deleted grant, or already exists",
        _ => "failed with an unexpected error",
    };
}
