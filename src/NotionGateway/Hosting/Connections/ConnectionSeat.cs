namespace NotionGateway.Hosting.Connections;

/// <summary>A connection's place in the table, as stages may see it.</summary>
internal sealed class ConnectionSeat(ConnectionTable table, OpenConnection connection) : IConnectionSeat
{
    public OpenConnection Connection => connection;

    public void Widen() => table.Widen(connection);

    public bool TryTake(string caller) => table.TrySeat(connection, caller);
}
