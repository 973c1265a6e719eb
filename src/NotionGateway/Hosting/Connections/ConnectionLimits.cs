namespace NotionGateway.Hosting.Connections;

/// <summary>How many connections may be open at once, and for whom the places are kept.</summary>
internal sealed record ConnectionLimits
{
    /// <summary>What a connection may cost whose peer sends without end and never reads; see the buffers in <see cref="ServerLimits"/>.</summary>
    public const long BytesEach = 256 * 1024;

    /// <summary>What a connection of HTTP/2 takes in places: its streams, and what each of them may hold, cost as much as that many connections.</summary>
    public const int PlacesOfHttp2 = 4;

    private const long Most = 10_000;

    /// <summary>The program itself has some 230 files open; the others are for connections to Notion and for those that are just arriving.</summary>
    private const long KeptDescriptors = 512;

    private const long MostForManagement = 32;

    public ConnectionLimits(long connections)
    {
        Management = (int)Math.Clamp(connections / 4, 1, MostForManagement);
        Others = (int)Math.Max(connections - Management, 2);
        Seats = Others - Math.Max(Others / 4, 1);
    }

    /// <summary>Places of the management listener, which nobody else can take.</summary>
    public int Management { get; }

    /// <summary>Places of all other listeners together.</summary>
    public int Others { get; }

    /// <summary>Connections of one listener that have been accepted and are not in the table yet; they come on top of the others.</summary>
    public int Arriving => Math.Clamp(Others / 16, 1, 128);

    /// <summary>How many of those authenticated callers may hold; the rest stays for connections that have yet to say whose they are.</summary>
    public int Seats { get; }

    /// <summary>
    /// The connections that memory and descriptors allow. What is configured wins over the memory, since that is an estimate, and not
    /// over the descriptors: without one to accept a connection with, the server spins. Some are left for files and for Notion.
    /// </summary>
    public static (long Connections, bool FewDescriptors) Allowed(long? configured, long availableMemory, long? descriptors)
    {
        var wanted = configured ?? Math.Clamp(availableMemory / BytesEach, 1, Most);
        var most = descriptors is { } limit ? Math.Max(Math.Min(limit / 5 * 4, limit - KeptDescriptors), limit / 4) : long.MaxValue;
        most = Math.Max(most, 1);
        return (Math.Min(wanted, most), most < wanted);
    }
}
