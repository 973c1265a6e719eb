namespace NotionGateway.Hosting.Connections;

/// <summary>Connections that share a number of places. For <see cref="ConnectionTable"/>, under its lock.</summary>
internal sealed class ConnectionPool
{
    private readonly HashSet<OpenConnection> _connections = [];

    public IReadOnlySet<OpenConnection> Connections => _connections;

    /// <summary>The places that they take together, those included that are being closed.</summary>
    public int Places { get; private set; }

    public void Add(OpenConnection connection)
    {
        _connections.Add(connection);
        Places += connection.Places;
    }

    public bool Remove(OpenConnection connection)
    {
        var removed = _connections.Remove(connection);
        Places -= removed ? connection.Places : 0;
        return removed;
    }

    public void Widen(OpenConnection connection, int places)
    {
        Places += places - connection.Places;
        connection.TakePlaces(places);
    }
}
