using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;
using Npgsql;

namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>The table of grants. A row is locked before it is judged by what is in it.</summary>
internal static class GrantRows
{
    private const string Columns =
        "id, name, bot_id, workspace_id, workspace_name, owner, created_at, refreshed_at, state, version, access_token, refresh_token, profile, seal";

    public static Task<SealedRow<Grant>?> FindAsync(PostgresSession session, CredentialName name, string locking = "") =>
        session.FirstAsync($"SELECT {Columns} FROM notion_gateway.grants WHERE name = @name {locking}", Read, ("name", name.Value));

    public static Task<SealedRow<Grant>?> FindByIdAsync(PostgresSession session, string id, string locking = "") =>
        session.FirstAsync($"SELECT {Columns} FROM notion_gateway.grants WHERE id = @id {locking}", Read, ("id", id));

    public static Task<SealedRow<Grant>?> FindByBotAsync(PostgresSession session, string app, string botId) =>
        session.FirstAsync($"SELECT {Columns} FROM notion_gateway.grants WHERE app = @app AND bot_id = @bot", Read, ("app", app), ("bot", botId));

    /// <summary>The names of an app are those between <c>app/</c> and <c>app0</c>: '0' is the character after '/'.</summary>
    public static Task<List<SealedRow<Grant>>> ListAsync(PostgresSession session, string? app, CredentialName? after, int most) => session.AllAsync(
        $"SELECT {Columns} FROM notion_gateway.grants WHERE name > @after AND name >= @from AND name < @to ORDER BY name LIMIT @most",
        Read,
        ("after", after?.Value ?? ""),
        ("from", app is null ? "" : app + "/"),
        ("to", app is null ? "\x7f" : app + "0"),
        ("most", most));

    public static Task<List<(string App, GrantState State, long Count)>> CountAsync(PostgresSession session) => session.AllAsync(
        "SELECT app, state, count(*) FROM notion_gateway.grants GROUP BY app, state",
        row => (row.GetString(0), row.Choice<GrantState>(1), row.GetInt64(2)));

    public static Task<bool> IsNameTakenAsync(PostgresSession session, CredentialName name) =>
        session.AnyAsync("SELECT 1 FROM notion_gateway.grants WHERE name = @name", ("name", name.Value));

    public static Task<bool> IsBotTakenAsync(PostgresSession session, string app, string botId) =>
        session.AnyAsync("SELECT 1 FROM notion_gateway.grants WHERE app = @app AND bot_id = @bot", ("app", app), ("bot", botId));

    public static Task<int> InsertAsync(PostgresSession session, Grant grant, RowSealer seals) => session.ExecuteAsync(
        $"""
        INSERT INTO notion_gateway.grants (app, {Columns})
        VALUES (@app, @id, @name, @bot, @workspace, @workspaceName::text, @owner::text, @created, @refreshed, @state, @version,
                @access, @refresh::bytea, @profile, @seal)
        """,
        ("app", grant.App),
        ("id", grant.Id),
        ("name", grant.Name.Value),
        ("bot", grant.BotId),
        ("workspace", grant.WorkspaceId),
        ("workspaceName", grant.WorkspaceName),
        ("owner", grant.Owner),
        ("created", grant.CreatedAt.Stored()),
        ("refreshed", grant.RefreshedAt.Stored()),
        ("state", (int)grant.State),
        ("version", grant.Version),
        ("access", grant.Secrets.AccessToken),
        ("refresh", grant.Secrets.RefreshToken),
        ("profile", grant.Secrets.Profile),
        ("seal", seals.SealOf(grant)));

    /// <summary>The seal, which names the workspace too, is made for the row as it is called now.</summary>
    public static async Task<bool> TrySwapAsync(PostgresSession session, Grant next, long expectedVersion, RowSealer seals)
    {
        if (await FindByIdAsync(session, next.Id, "FOR NO KEY UPDATE") is not (var grant, var stored)
            || grant.Version != expectedVersion || grant.BotId != next.BotId)
        {
            return false;
        }

        seals.Check(grant, stored);
        return await session.ExecuteAsync(
            """
            UPDATE notion_gateway.grants
            SET workspace_id = @workspace, workspace_name = @workspaceName::text, owner = @owner::text, refreshed_at = @refreshed, state = @state,
                version = version + 1, access_token = @access, refresh_token = @refresh::bytea, profile = @profile, seal = @seal,
                lease_holder = NULL, lease_until = NULL
            WHERE id = @id AND version = @expected
            """,
            ("workspace", next.WorkspaceId),
            ("workspaceName", next.WorkspaceName),
            ("owner", next.Owner),
            ("refreshed", next.RefreshedAt.Stored()),
            ("state", (int)next.State),
            ("access", next.Secrets.AccessToken),
            ("refresh", next.Secrets.RefreshToken),
            ("profile", next.Secrets.Profile),
            ("seal", seals.SealOf(grant with { WorkspaceId = next.WorkspaceId })),
            ("id", next.Id),
            ("expected", expectedVersion)) == 1;
    }

    /// <summary>The row must be locked: its seal was checked, and is made anew for the new name.</summary>
    public static Task<int> RenameAsync(PostgresSession session, Grant grant, CredentialName to, RowSealer seals) => session.ExecuteAsync(
        "UPDATE notion_gateway.grants SET name = @name, app = @app, seal = @seal WHERE id = @id",
        ("name", to.Value),
        ("app", to.App),
        ("seal", seals.SealOf(grant with { Name = to })),
        ("id", grant.Id));

    public static async Task<bool> DeleteAsync(PostgresSession session, string id) =>
        await session.ExecuteAsync("DELETE FROM notion_gateway.grants WHERE id = @id", ("id", id)) == 1;

    public static async Task<bool> TryDeleteAsync(PostgresSession session, string id, long expectedVersion) => await session.ExecuteAsync(
        "DELETE FROM notion_gateway.grants WHERE id = @id AND version = @expected", ("id", id), ("expected", expectedVersion)) == 1;

    private static SealedRow<Grant> Read(NpgsqlDataReader row) => new(ReadGrant(row), row.BytesOrNone(13));

    private static Grant ReadGrant(NpgsqlDataReader row) => new()
    {
        Id = row.GetString(0),
        Name = row.GrantName(1),
        BotId = row.GetString(2),
        WorkspaceId = row.GetString(3),
        WorkspaceName = row.TextOrNone(4),
        Owner = row.TextOrNone(5),
        CreatedAt = row.Time(6),
        RefreshedAt = row.Time(7),
        State = row.Choice<GrantState>(8),
        Version = row.GetInt64(9),
        Secrets = new SealedSecrets(row.Bytes(10), row.BytesOrNone(11), row.Bytes(12)),
    };
}
