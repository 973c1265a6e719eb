using NotionGateway.Credentials.Sources;
using Npgsql;

namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>Where the database is, and how it is used.</summary>
/// <param name="Connection">Server, database, user and TLS, as checked at start; without a password.</param>
/// <param name="Password">Where the password is; null if the server wants none.</param>
/// <param name="CaFile">The authorities that the server's certificate may come from; null for the system's.</param>
/// <param name="Migrates">Whether a start creates or changes tables; otherwise <c>store migrate</c> does.</param>
internal sealed record PostgresStoreSettings(string Connection, SecretReference? Password, string? CaFile, bool Migrates)
{
    /// <summary>The tables that the program knows; tests pass those of a later one.</summary>
    public IReadOnlyList<PostgresStep> Steps { get; init; } = PostgresSchema.Steps;

    /// <summary>How long a read may take: a caller waits for it.</summary>
    public static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(4);

    /// <summary>How long a call waits for a connection that another one uses.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    /// <summary>Server and database, for people.</summary>
    public string Place
    {
        get
        {
            var parsed = new NpgsqlConnectionStringBuilder(Connection);
            return $"{parsed.Host}/{parsed.Database}";
        }
    }

    /// <summary>The same for every gateway; a hundred replicas open up to a thousand connections.</summary>
    public NpgsqlConnectionStringBuilder Builder() => new(Connection)
    {
        MaxPoolSize = 10,
        Timeout = (int)LongestWait.TotalSeconds,
        CommandTimeout = 5,
        CancellationTimeout = -1, // A server that does not respond does not respond to this either.
        KeepAlive = 15,
        MaxAutoPrepare = 0, // Prepared statements do not survive a pooler between us and the server.
        NoResetOnClose = true, // There is no session state, so nothing to reset.
        Enlist = false,
        ApplicationName = new NpgsqlConnectionStringBuilder(Connection).ApplicationName ?? "notion-gateway",
        RootCertificate = CaFile,
    };
}
