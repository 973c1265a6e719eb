using Microsoft.Data.Sqlite;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;

namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>The table of grants.</summary>
internal static class GrantRows
{
    private const string Columns =
        "id, name, bot_id, workspace_id, workspace_name, owner, created_at, refreshed_at, state, version, access_token, refresh_token, profile, seal";

    public static SealedRow<Grant>? Find(SqliteSession session, CredentialName name) =>
        session.First($"SELECT {Columns} FROM grants WHERE name = $name", Read, ("$name", name.Value));

    public static SealedRow<Grant>? FindById(SqliteSession session, string id) =>
        session.First($"SELECT {Columns} FROM grants WHERE id = $id", Read, ("$id", id));

    public static SealedRow<Grant>? FindByBot(SqliteSession session, string app, string botId) =>
        session.First($"SELECT {Columns} FROM grants WHERE app = $app AND bot_id = $bot", Read, ("$app", app), ("$bot", botId));

    public static IEnumerable<SealedRow<Grant>> Each(SqliteSession session) => session.Each($"SELECT {Columns} FROM grants", Read);

    /// <summary>The names of an app are those between <c>app/</c> and <c>app0</c>: '0' is the character after '/'.</summary>
    public static List<SealedRow<Grant>> List(SqliteSession session, string? app, CredentialName? after, int most) => session.All(
        $"SELECT {Columns} FROM grants WHERE name > $after AND name >= $from AND name < $to ORDER BY name LIMIT $most",
        Read,
        ("$after", after?.Value ?? ""),
        ("$from", app is null ? "" : app + "/"),
        ("$to", app is null ? "\x7f" : app + "0"),
        ("$most", most));

    public static List<(string App, GrantState State, long Count)> Count(SqliteSession session) => session.All(
        "SELECT app, state, count(*) FROM grants GROUP BY app, state", row => (row.GetString(0), row.Choice<GrantState>(1), row.GetInt64(2)));

    public static NamingOutcome Add(SqliteSession session, Grant grant, RowSealer seals) =>
        IsNameTaken(session, grant.Name) ? NamingOutcome.NameTaken
        : IsBotTaken(session, grant.App, grant.BotId) ? NamingOutcome.BotTaken
        : Insert(session, grant, seals);

    /// <summary>The seal, which names the workspace too, is made for the row as it is called now.</summary>
    public static bool TrySwap(SqliteSession session, Grant next, long expectedVersion, RowSealer seals)
    {
        if (FindById(session, next.Id) is not { } row || row.Value.Version != expectedVersion || row.Value.BotId != next.BotId)
        {
            return false;
        }

        seals.Check(row.Value, row.Seal);
        var seal = seals.SealOf(row.Value with { WorkspaceId = next.WorkspaceId });
        return session.Execute(
            """
            UPDATE grants SET workspace_id = $workspace, workspace_name = $workspaceName, owner = $owner, refreshed_at = $refreshed, state = $state,
                              version = version + 1, access_token = $access, refresh_token = $refresh, profile = $profile, seal = $seal,
                              lease_holder = NULL, lease_until = NULL
            WHERE id = $id
            """,
            ("$workspace", next.WorkspaceId),
            ("$workspaceName", next.WorkspaceName),
            ("$owner", next.Owner),
            ("$refreshed", next.RefreshedAt.Stored()),
            ("$state", (long)next.State),
            ("$access", next.Secrets.AccessToken),
            ("$refresh", next.Secrets.RefreshToken),
            ("$profile", next.Secrets.Profile),
            ("$seal", seal),
            ("$id", next.Id)) == 1;
    }

    public static NamingOutcome Rename(SqliteSession session, CredentialName from, CredentialName to, RowSealer seals)
    {
        if (Find(session, from) is not (var grant, var seal))
        {
            return NamingOutcome.NotFound;
        }

        // A name that was changed from outside must not be sealed here.
        seals.Check(grant, seal);

        if (from == to)
        {
            return NamingOutcome.Done;
        }

        if (IsNameTaken(session, to))
        {
            return NamingOutcome.NameTaken;
        }

        if (to.App != from.App && IsBotTaken(session, to.AppOfGrant, grant.BotId))
        {
            return NamingOutcome.BotTaken;
        }

        session.Execute(
            "UPDATE grants SET name = $name, app = $app, seal = $seal WHERE id = $id",
            ("$name", to.Value),
            ("$app", to.App),
            ("$seal", seals.SealOf(grant with { Name = to })),
            ("$id", grant.Id));
        return NamingOutcome.Done;
    }

    public static bool Delete(SqliteSession session, string id) => session.Execute("DELETE FROM grants WHERE id = $id", ("$id", id)) == 1;

    public static bool TryDelete(SqliteSession session, string id, long expectedVersion) =>
        session.Execute("DELETE FROM grants WHERE id = $id AND version = $expected", ("$id", id), ("$expected", expectedVersion)) == 1;

    private static bool IsNameTaken(SqliteSession session, CredentialName name) =>
        session.Any("SELECT 1 FROM grants WHERE name = $name", ("$name", name.Value));

    private static bool IsBotTaken(SqliteSession session, string app, string botId) =>
        session.Any("SELECT 1 FROM grants WHERE app = $app AND bot_id = $bot", ("$app", app), ("$bot", botId));

    private static NamingOutcome Insert(SqliteSession session, Grant grant, RowSealer seals)
    {
        session.Execute(
            $"""
            INSERT INTO grants (app, {Columns})
            VALUES ($app, $id, $name, $bot, $workspace, $workspaceName, $owner, $created, $refreshed, $state, $version, $access, $refresh, $profile, $seal)
            """,
            ("$app", grant.App),
            ("$id", grant.Id),
            ("$name", grant.Name.Value),
            ("$bot", grant.BotId),
            ("$workspace", grant.WorkspaceId),
            ("$workspaceName", grant.WorkspaceName),
            ("$owner", grant.Owner),
            ("$created", grant.CreatedAt.Stored()),
            ("$refreshed", grant.RefreshedAt.Stored()),
            ("$state", (long)grant.State),
            ("$version", grant.Version),
            ("$access", grant.Secrets.AccessToken),
            ("$refresh", grant.Secrets.RefreshToken),
            ("$profile", grant.Secrets.Profile),
            ("$seal", seals.SealOf(grant)));
        return NamingOutcome.Done;
    }

    private static SealedRow<Grant> Read(SqliteDataReader row) => new(ReadGrant(row), row.BytesOrNone(13));

    private static Grant ReadGrant(SqliteDataReader row) => new()
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
