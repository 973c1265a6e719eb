using Microsoft.Data.Sqlite;
using NotionGateway.OAuth.Grants;

namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>The tables of connect links and of consents in progress. Each single use is one statement, so that exactly one of all attempts gets it.</summary>
internal static class LinkRows
{
    public static bool Add(SqliteSession session, ConnectLink link) => session.Execute(
        """
        INSERT INTO connect_links (digest, name, expires_at, used_at)
        SELECT $digest, $name, $ends, $used WHERE (SELECT count(*) FROM connect_links) < $most
        """,
        ("$digest", link.Digest.ToStored()),
        ("$name", link.Name.Value),
        ("$ends", link.ExpiresAt.Stored()),
        ("$used", link.UsedAt?.Stored()),
        ("$most", KeyLimits.Links)) == 1;

    public static ConnectLink? Find(SqliteSession session, KeyDigest digest) => session.First(
        "SELECT digest, name, expires_at, used_at FROM connect_links WHERE digest = $digest", ReadLink, ("$digest", digest.ToStored()));

    public static bool TryUse(SqliteSession session, KeyDigest digest, DateTimeOffset now) => session.Execute(
        "UPDATE connect_links SET used_at = $now WHERE digest = $digest AND used_at IS NULL AND expires_at > $now",
        ("$now", now.Stored()),
        ("$digest", digest.ToStored())) == 1;

    public static int Add(SqliteSession session, PendingConsent consent) => session.Execute(
        "INSERT INTO pending_consents (state, cookie, link, name, expires_at) VALUES ($state, $cookie, $link, $name, $ends)",
        ("$state", consent.State.ToStored()),
        ("$cookie", consent.Cookie.ToStored()),
        ("$link", consent.Link.ToStored()),
        ("$name", consent.Name.Value),
        ("$ends", consent.ExpiresAt.Stored()));

    public static bool IsThere(SqliteSession session, KeyDigest state) => session.First(
        "SELECT state FROM pending_consents WHERE state = $state", static _ => "there", ("$state", state.ToStored())) is not null;

    public static PendingConsent? Take(SqliteSession session, KeyDigest state) => session.First(
        "DELETE FROM pending_consents WHERE state = $state RETURNING state, cookie, link, name, expires_at", ReadConsent, ("$state", state.ToStored()));

    private static ConnectLink ReadLink(SqliteDataReader row) => new(row.Digest(0), row.GrantName(1), row.Time(2), row.TimeOrNone(3));

    private static PendingConsent ReadConsent(SqliteDataReader row) =>
        new(row.Digest(0), row.Digest(1), row.Digest(2), row.GrantName(3), row.Time(4));
}
