namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>The table of the key ring.</summary>
internal static class RingRows
{
    public static Task<List<RingElement>> ReadAsync(PostgresSession session) => session.AllAsync(
        "SELECT name, xml FROM notion_gateway.key_ring ORDER BY name", row => new RingElement(row.GetString(0), row.GetString(1)));

    public static Task<int> WriteAsync(PostgresSession session, RingElement element) => session.ExecuteAsync(
        "INSERT INTO notion_gateway.key_ring (name, xml) VALUES (@name, @xml) ON CONFLICT (name) DO UPDATE SET xml = excluded.xml",
        ("name", element.Name),
        ("xml", element.Xml));
}
