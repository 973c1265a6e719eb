using Microsoft.Data.Sqlite;
using NotionGateway.Access;

namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>The table of bound keys. It is searched by digest, which nobody can choose: how long that takes tells nothing of other keys.</summary>
internal static class KeyRows
{
    public static BoundKey? Find(SqliteSession session, KeyDigest digest) => session.First(
        "SELECT digest, grant_id, caller, kind, issue, expires_at FROM bound_keys WHERE digest = $digest", Read, ("$digest", digest.ToStored()));

    public static void Add(SqliteSession session, IReadOnlyList<BoundKey> keys)
    {
        foreach (var key in keys)
        {
            session.Execute(
                "INSERT INTO bound_keys (digest, grant_id, caller, kind, issue, expires_at) VALUES ($digest, $grant, $caller, $kind, $issue, $ends)",
                ("$digest", key.Digest.ToStored()),
                ("$grant", key.GrantId),
                ("$caller", key.Caller),
                ("$kind", (long)key.Kind),
                ("$issue", key.Issue),
                ("$ends", key.ExpiresAt?.Stored()));
        }
    }

    public static int End(SqliteSession session, string issue, DateTimeOffset endsAt) => session.Execute(
        "UPDATE bound_keys SET expires_at = $ends WHERE issue = $issue AND (expires_at IS NULL OR expires_at > $ends)",
        ("$ends", endsAt.Stored()),
        ("$issue", issue));

    private static BoundKey Read(SqliteDataReader row) =>
        new(row.Digest(0), row.GetString(1), row.GetString(2), row.Choice<BoundKeyKind>(3), row.GetString(4), row.TimeOrNone(5));
}
