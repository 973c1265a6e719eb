using NotionGateway.OAuth.Sealing;

namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>A row with the seal stored in it, which is not checked yet.</summary>
internal sealed record SealedRow<T>(T Value, byte[]? Seal);

/// <summary>Adds seals to the rows of a file from a version without seals.</summary>
internal static class RowSealing
{
    public static void SealAll(SqliteSession session, RowSealer seals)
    {
        var grants = GrantRows.All(session);
        foreach (var element in seals.Begin(RingRows.Read(session), grants.Count > 0))
        {
            RingRows.Write(session, element);
        }

        foreach (var grant in grants)
        {
            session.Execute("UPDATE grants SET seal = $seal WHERE id = $id", ("$seal", seals.SealOf(grant.Value)), ("$id", grant.Value.Id));
        }

        foreach (var key in KeyRows.All(session))
        {
            session.Execute(
                "UPDATE bound_keys SET seal = $seal WHERE digest = $digest", ("$seal", seals.SealOf(key.Value)), ("$digest", key.Value.Digest.ToStored()));
        }
    }
}
