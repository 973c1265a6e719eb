using NotionGateway.OAuth.Grants;
using Npgsql;

namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>The tables of connect links and of consents in progress. Each single use is one statement, so that exactly one of all attempts gets it.</summary>
internal static class LinkRows
{
    /// <summary>Those who count links before they add one do so one after another.</summary>
    private const long CountingLock = 0x4E475747_0002;

    public static async Task<bool> AddAsync(PostgresSession session, ConnectLink link)
    {
        await session.ExecuteAsync("SELECT pg_advisory_xact_lock(@lock)", ("lock", CountingLock));
        return await session.ExecuteAsync(
            """
            INSERT INTO notion_gateway.connect_links (digest, name, expires_at, used_at)
            SELECT @digest, @name, @ends, @used::bigint WHERE (SELECT count(*) FROM notion_gateway.connect_links) < @most
            """,
            ("digest", link.Digest.ToStored()),
            ("name", link.Name.Value),
            ("ends", link.ExpiresAt.Stored()),
            ("used", link.UsedAt?.Stored()),
            ("most", KeyLimits.Links)) == 1;
    }

    public static Task<ConnectLink?> FindAsync(PostgresSession session, KeyDigest digest) => session.FirstAsync(
        "SELECT digest, name, expires_at, used_at FROM notion_gateway.connect_links WHERE digest = @digest", ReadLink, ("digest", digest.ToStored()));

    public static async Task<bool> TryUseAsync(PostgresSession session, KeyDigest digest, DateTimeOffset now) => await session.ExecuteAsync(
        "UPDATE notion_gateway.connect_links SET used_at = @now WHERE digest = @digest AND used_at IS NULL AND expires_at > @now",
        ("now", now.Stored()),
        ("digest", digest.ToStored())) == 1;

    public static Task<int> AddAsync(PostgresSession session, PendingConsent consent) => session.ExecuteAsync(
        "INSERT INTO notion_gateway.pending_consents (state, cookie, link, name, expires_at) VALUES (@state, @cookie, @link, @name, @ends)",
        ("state", consent.State.ToStored()),
        ("cookie", consent.Cookie.ToStored()),
        ("link", consent.Link.ToStored()),
        ("name", consent.Name.Value),
        ("ends", consent.ExpiresAt.Stored()));

    public static Task<PendingConsent?> TakeAsync(PostgresSession session, KeyDigest state) => session.FirstAsync(
        "DELETE FROM notion_gateway.pending_consents WHERE state = @state RETURNING state, cookie, link, name, expires_at",
        ReadConsent,
        ("state", state.ToStored()));

    private static ConnectLink ReadLink(NpgsqlDataReader row) => new(row.Digest(0), row.GrantName(1), row.Time(2), row.TimeOrNone(3));

    private static PendingConsent ReadConsent(NpgsqlDataReader row) =>
        new(row.Digest(0), row.Digest(1), row.Digest(2), row.GrantName(3), row.Time(4));
}
