using Microsoft.Data.Sqlite;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;

namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>The table of bound keys. It is searched by digest, which cannot be chosen: the time that this takes reveals nothing about other keys.</summary>
internal static class KeyRows
{
    public static SealedRow<BoundKey>? Find(SqliteSession session, KeyDigest digest) => session.First(
        "SELECT digest, grant_id, caller, kind, issue, expires_at, issued_at, parent, seal FROM bound_keys WHERE digest = $digest",
        Read,
        ("$digest", digest.ToStored()));

    public static IEnumerable<SealedRow<BoundKey>> Each(SqliteSession session) =>
        session.Each("SELECT digest, grant_id, caller, kind, issue, expires_at, issued_at, parent, seal FROM bound_keys", Read);

    public static void Add(SqliteSession session, IReadOnlyList<BoundKey> keys, RowSealer seals)
    {
        foreach (var key in keys)
        {
            session.Execute(
                """
                INSERT INTO bound_keys (digest, grant_id, caller, kind, issue, expires_at, issued_at, parent, seal)
                VALUES ($digest, $grant, $caller, $kind, $issue, $ends, $issued, $parent, $seal)
                """,
                ("$digest", key.Digest.ToStored()),
                ("$grant", key.GrantId),
                ("$caller", key.Caller),
                ("$kind", (long)key.Kind),
                ("$issue", key.Issue),
                ("$ends", key.ExpiresAt?.Stored()),
                ("$issued", key.IssuedAt.Stored()),
                ("$parent", key.Parent),
                ("$seal", seals.SealOf(key)));
        }

        foreach (var issue in keys.DistinctBy(key => (key.GrantId, key.Caller, key.Issue)))
        {
            EndTooMany(session, issue);
        }
    }

    /// <summary>False, with nothing changed, if the old issue has no key left: it was revoked, or was one too many.</summary>
    public static bool Replace(SqliteSession session, string oldIssue, DateTimeOffset oldEndsAt, IReadOnlyList<BoundKey> keys, RowSealer seals)
    {
        if (!session.Any("SELECT 1 FROM bound_keys WHERE issue = $issue", ("$issue", oldIssue)))
        {
            return false;
        }

        End(session, oldIssue, oldEndsAt);
        Add(session, keys, seals);
        return true;
    }

    /// <summary>Removes the caller's keys, unless no other caller has one.</summary>
    public static bool TryLeave(SqliteSession session, string grantId, string caller, IReadOnlySet<string> others, DateTimeOffset now)
    {
        var holders = session.All(
            "SELECT DISTINCT caller FROM bound_keys WHERE grant_id = $grant AND (expires_at IS NULL OR expires_at > $now)",
            row => row.GetString(0),
            ("$grant", grantId),
            ("$now", now.Stored()));
        if (!holders.Any(holder => holder != caller && others.Contains(holder)))
        {
            return false;
        }

        session.Execute("DELETE FROM bound_keys WHERE grant_id = $grant AND caller = $caller", ("$grant", grantId), ("$caller", caller));
        return true;
    }

    private static int End(SqliteSession session, string issue, DateTimeOffset endsAt) => session.Execute(
        "UPDATE bound_keys SET expires_at = $ends WHERE issue = $issue AND (expires_at IS NULL OR expires_at > $ends)",
        ("$ends", endsAt.Stored()),
        ("$issue", issue));

    private static void EndTooMany(SqliteSession session, BoundKey newest)
    {
        if (newest.Parent is { } parent)
        {
            EndAllBut(session, KeyLimits.FamiliesPerRefreshKey, newest, parent);
        }

        EndAllBut(session, KeyLimits.FamiliesPerCaller, newest, parent: null);
    }

    /// <summary>
    /// Of the caller's issues for this grant (if <paramref name="parent"/> is given, those obtained with that refresh key) the newest is kept;
    /// of the others, those that are not replaced yet before those that are.
    /// </summary>
    private static void EndAllBut(SqliteSession session, int kept, BoundKey newest, string? parent) => session.Execute(
        """
        DELETE FROM bound_keys WHERE grant_id = $grant AND caller = $caller AND issue IN (
            SELECT issue FROM bound_keys WHERE grant_id = $grant AND caller = $caller AND issue <> $issue AND (parent = $parent OR $parent IS NULL)
            GROUP BY issue ORDER BY max(expires_at IS NULL) DESC, max(issued_at) DESC, issue DESC LIMIT -1 OFFSET $others)
        """,
        ("$grant", newest.GrantId),
        ("$caller", newest.Caller),
        ("$issue", newest.Issue),
        ("$parent", parent),
        ("$others", kept - 1));

    private static SealedRow<BoundKey> Read(SqliteDataReader row) => new(
        new BoundKey(row.Digest(0), row.GetString(1), row.GetString(2), row.Choice<BoundKeyKind>(3), row.GetString(4), row.TimeOrNone(5))
        {
            IssuedAt = row.Time(6),
            Parent = row.TextOrNone(7),
        },
        row.BytesOrNone(8));
}
