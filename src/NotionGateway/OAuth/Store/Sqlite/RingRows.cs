namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>The table of the key ring.</summary>
internal static class RingRows
{
    public static List<RingElement> Read(SqliteSession session) =>
        session.All("SELECT name, xml FROM key_ring ORDER BY name", row => new RingElement(row.GetString(0), row.GetString(1)));

    public static int Write(SqliteSession session, RingElement element) => session.Execute(
        "INSERT INTO key_ring (name, xml) VALUES ($name, $xml) ON CONFLICT (name) DO UPDATE SET xml = excluded.xml",
        ("$name", element.Name),
        ("$xml", element.Xml));
}
