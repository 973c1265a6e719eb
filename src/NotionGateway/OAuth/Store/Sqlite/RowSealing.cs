using NotionGateway.OAuth.Sealing;

namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>Adds seals to the rows of a file from a version without seals.</summary>
internal static class RowSealing
{
    public static void SealAll(SqliteSession session, RowSealer seals)
    {
        var grants = GrantRows.Each(session).ToList();
        var ring = seals.Begin(RingRows.Read(session), grants.Count > 0);
        foreach (var element in ring)
        {
            RingRows.Write(session, element);
        }

        seals.Use(ring);

        foreach (var grant in grants)
        {
            session.Execute("UPDATE grants SET seal = $seal WHERE id = $id", ("$seal", seals.SealOf(grant.Value)), ("$id", grant.Value.Id));
        }

        foreach (var key in KeyRows.Each(session).ToList())
        {
            session.Execute(
                "UPDATE bound_keys SET seal = $seal WHERE digest = $digest", ("$seal", seals.SealOf(key.Value)), ("$digest", key.Value.Digest.ToStored()));
        }
    }
}
