using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;
using Npgsql;

namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>The table of bound keys. To count or end the keys of a grant, its row is locked first, so that only one does it at a time.</summary>
internal static class KeyRows
{
    private const string Columns = "digest, grant_id, caller, kind, issue, expires_at, issued_at, parent, seal";

    public static Task<SealedRow<BoundKey>?> FindAsync(PostgresSession session, KeyDigest digest) => session.FirstAsync(
        $"SELECT {Columns} FROM notion_gateway.bound_keys WHERE digest = @digest", Read, ("digest", digest.ToStored()));

    public static async Task AddAsync(PostgresSession session, IReadOnlyList<BoundKey> keys, RowSealer seals)
    {
        await LockAsync(session, [.. keys.Select(key => key.GrantId)]);
        foreach (var key in keys)
        {
            await session.ExecuteAsync(
                $"""
                INSERT INTO notion_gateway.bound_keys ({Columns})
                VALUES (@digest, @grant, @caller, @kind, @issue, @ends::bigint, @issued, @parent::text, @seal)
                """,
                ("digest", key.Digest.ToStored()),
                ("grant", key.GrantId),
                ("caller", key.Caller),
                ("kind", (int)key.Kind),
                ("issue", key.Issue),
                ("ends", key.ExpiresAt?.Stored()),
                ("issued", key.IssuedAt.Stored()),
                ("parent", key.Parent),
                ("seal", seals.SealOf(key)));
        }

        foreach (var issue in keys.DistinctBy(key => (key.GrantId, key.Caller, key.Issue)))
        {
            await EndTooManyAsync(session, issue);
        }
    }

    /// <summary>False, with nothing changed, if the old issue has no key left: it was revoked, or was one too many.</summary>
    public static async Task<bool> ReplaceAsync(
        PostgresSession session, string oldIssue, DateTimeOffset oldEndsAt, IReadOnlyList<BoundKey> keys, RowSealer seals)
    {
        await LockAsync(session, [.. keys.Select(key => key.GrantId)]);
        if (!await session.AnyAsync("SELECT 1 FROM notion_gateway.bound_keys WHERE issue = @issue", ("issue", oldIssue)))
        {
            return false;
        }

        await session.ExecuteAsync(
            "UPDATE notion_gateway.bound_keys SET expires_at = least(coalesce(expires_at, @ends), @ends) WHERE issue = @issue",
            ("ends", oldEndsAt.Stored()),
            ("issue", oldIssue));
        await AddAsync(session, keys, seals);
        return true;
    }

    /// <summary>Removes the caller's keys, unless no other caller has one.</summary>
    public static async Task<bool> TryLeaveAsync(
        PostgresSession session, string grantId, string caller, IReadOnlySet<string> others, DateTimeOffset now)
    {
        await LockAsync(session, [grantId]);
        var holders = await session.AllAsync(
            "SELECT DISTINCT caller FROM notion_gateway.bound_keys WHERE grant_id = @grant AND (expires_at IS NULL OR expires_at > @now)",
            row => row.GetString(0),
            ("grant", grantId),
            ("now", now.Stored()));
        if (!holders.Any(holder => holder != caller && others.Contains(holder)))
        {
            return false;
        }

        await session.ExecuteAsync(
            "DELETE FROM notion_gateway.bound_keys WHERE grant_id = @grant AND caller = @caller", ("grant", grantId), ("caller", caller));
        return true;
    }

    /// <summary>In the order of the ids, so that two who lock several do not wait for each other. Adding a key does not wait for a swap.</summary>
    private static Task<int> LockAsync(PostgresSession session, string[] grantIds) => session.ExecuteAsync(
        "SELECT 1 FROM notion_gateway.grants WHERE id = ANY(@ids) ORDER BY id FOR NO KEY UPDATE", ("ids", grantIds));

    private static async Task EndTooManyAsync(PostgresSession session, BoundKey newest)
    {
        if (newest.Parent is { } parent)
        {
            await EndAllButAsync(session, KeyLimits.FamiliesPerRefreshKey, newest, parent);
        }

        await EndAllButAsync(session, KeyLimits.FamiliesPerCaller, newest, parent: null);
    }

    /// <summary>
    /// Of the caller's issues for this grant (if <paramref name="parent"/> is given, those obtained with that refresh key) the newest is kept;
    /// of the others, those that are not replaced yet before those that are.
    /// </summary>
    private static Task<int> EndAllButAsync(PostgresSession session, int kept, BoundKey newest, string? parent) => session.ExecuteAsync(
        """
        DELETE FROM notion_gateway.bound_keys WHERE grant_id = @grant AND caller = @caller AND issue IN (
            SELECT issue FROM notion_gateway.bound_keys
            WHERE grant_id = @grant AND caller = @caller AND issue <> @issue AND (parent = @parent::text OR @parent::text IS NULL)
            GROUP BY issue ORDER BY bool_or(expires_at IS NULL) DESC, max(issued_at) DESC, issue DESC OFFSET @others)
        """,
        ("grant", newest.GrantId),
        ("caller", newest.Caller),
        ("issue", newest.Issue),
        ("parent", parent),
        ("others", kept - 1));

    private static SealedRow<BoundKey> Read(NpgsqlDataReader row) => new(
        new BoundKey(row.Digest(0), row.GetString(1), row.GetString(2), row.Choice<BoundKeyKind>(3), row.GetString(4), row.TimeOrNone(5))
        {
            IssuedAt = row.Time(6),
            Parent = row.TextOrNone(7),
        },
        row.BytesOrNone(8));
}
