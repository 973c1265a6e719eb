using NotionGateway.Credentials.Sources;
using NotionGateway.OAuth.Store.Postgres;
using NotionGateway.Settings;

namespace NotionGateway.OAuth.Apps;

/// <summary>What keeps the grants.</summary>
internal enum GrantStoreType
{
    /// <summary>A file, for one gateway.</summary>
    Sqlite,

    /// <summary>A database, for any number of gateways.</summary>
    PostgreSQL,
}

/// <summary>Section <c>Gateway:OAuth:Store</c>: where the grants are.</summary>
internal sealed record GrantStoreOptions
{
    private static readonly string[] OfPostgres = ["ConnectionString", "CaFile", "Migrate"];

    /// <summary>Sqlite by default.</summary>
    public required GrantStoreType Type { get; init; }

    /// <summary>The file, on a local disk; required with Sqlite.</summary>
    public required string? Path { get; init; }

    /// <summary>The database; null with Sqlite.</summary>
    public required PostgresStoreSettings? Postgres { get; init; }

    /// <summary>Where it is, for people.</summary>
    public string Description => Postgres is { } postgres ? $"PostgreSQL at {postgres.Place}" : Path!;

    public static GrantStoreOptions Read(SettingsSection section, bool required)
    {
        var type = section.Choice("Type", GrantStoreType.Sqlite);
        var (path, connection, ca) = (section.Text("Path"), section.Text("ConnectionString"), section.Text("CaFile"));
        var migrates = section.Flag("Migrate", true);
        var password = ReadPassword(section.Section("Password"));
        if (type == GrantStoreType.Sqlite)
        {
            CheckFile(section, path, required, password);
        }
        else
        {
            CheckDatabase(section, path, connection, ca, required);
        }

        section.RejectUnknown();
        return new GrantStoreOptions
        {
            Type = type,
            Path = path,
            Postgres = type == GrantStoreType.PostgreSQL ? new PostgresStoreSettings(connection ?? "", password, ca, migrates) : null,
        };
    }

    private static SecretReference? ReadPassword(SettingsSection section)
    {
        if (!section.IsThere)
        {
            return null;
        }

        var place = SecretReference.Read(section, SecretKind.Password);
        section.RejectUnknown();
        return place;
    }

    private static void CheckFile(SettingsSection section, string? path, bool required, SecretReference? password)
    {
        if (required && path is null)
        {
            section.Error("Path", "is required: write the path of a file on a local disk that survives a restart; it is created if it does not exist");
        }

        string[] others = [.. OfPostgres.Where(key => section.Text(key) is not null), .. password is null ? Array.Empty<string>() : ["Password"]];
        foreach (var key in others)
        {
            section.Error(key, "does not apply when Type is Sqlite: remove it, or change Type");
        }
    }

    private static void CheckDatabase(SettingsSection section, string? path, string? connection, string? ca, bool required)
    {
        if (path is not null)
        {
            section.Error("Path", "does not apply when Type is PostgreSQL: remove it, or change Type");
        }

        if (connection is null && required)
        {
            section.Error(
                "ConnectionString",
                "is required when Type is PostgreSQL: write for example Host=db.example.com;Database=notion;Username=gateway;SSL Mode=VerifyFull");
        }

        foreach (var problem in connection is null ? [] : PostgresConnectionRules.Problems(connection))
        {
            section.Error("ConnectionString", problem);
        }

        if (ca is not null && AuthorityFile.Problem(ca) is { } wrong)
        {
            section.Error("CaFile", wrong);
        }
    }
}
