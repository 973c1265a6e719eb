namespace NotionSandbox.Connections;

/// <summary>Whose a token is, and until when it works.</summary>
/// <param name="Expires">Null for one that works until it is revoked.</param>
internal readonly record struct HeldToken(Connection Connection, DateTimeOffset? Expires)
{
    public bool WorksAt(TimeProvider time) => Expires is null || time.GetUtcNow() < Expires;
}
