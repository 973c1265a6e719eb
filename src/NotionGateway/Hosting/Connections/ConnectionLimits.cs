namespace NotionGateway.Hosting.Connections;

/// <summary>How many connections may be open at once, and for whom the places are kept.</summary>
internal sealed record ConnectionLimits
{
    /// <summary>What a connection of HTTP/2 takes in places: its streams, and what each of them may hold, cost as much as that many connections.</summary>
    public const int PlacesOfHttp2 = 4;

    private const long MostForManagement = 32;

    public ConnectionLimits(long connections)
    {
        Management = (int)Math.Clamp(connections / 4, 1, MostForManagement);
        Others = (int)Math.Max(connections - Management, 2);
        Seats = Others - Math.Max(Others / 4, 1);
    }

    /// <summary>Places reserved for the management listener.</summary>
    public int Management { get; }

    /// <summary>Places of all other listeners together.</summary>
    public int Others { get; }

    /// <summary>Connections of one listener that have been accepted and are not in the table yet; they come on top of the others.</summary>
    public int Arriving => Math.Clamp(Others / 16, 1, 128);

    /// <summary>How many of those authenticated callers may hold; the rest stays for connections that have yet to say whose they are.</summary>
    public int Seats { get; }
}
