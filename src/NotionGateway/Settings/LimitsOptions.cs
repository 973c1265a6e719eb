namespace NotionGateway.Settings;

/// <summary>Section <c>Gateway:Limits</c>: what bounds the gateway's own memory and connections.</summary>
internal sealed record LimitsOptions
{
    /// <summary>What a connection may cost whose peer sends without end and never reads: the server's buffers are bounded so that it holds.</summary>
    public const long BytesPerConnection = 256 * 1024;

    private const long MostConnections = 10_000;

    /// <summary>The program itself has some 230 files open; the others are for connections to Notion and for those that are just arriving.</summary>
    private const long KeptDescriptors = 512;

    /// <summary>Bytes of request bodies in memory, being read or waiting, over all callers; a quarter of the available memory by default.</summary>
    public required long MaxBufferedBytes { get; init; }

    /// <summary>Connections that may be open at once, on all listeners together.</summary>
    public required long MaxConnections { get; init; }

    /// <summary>The limit of open files and sockets, if it is what keeps <see cref="MaxConnections"/> low.</summary>
    public long? FewDescriptors { get; init; }

    public static LimitsOptions Read(SettingsSection section, long availableMemory, long? descriptors)
    {
        var configured = section.Whole("MaxConnections", 0, 1, 1_000_000, shown: "the least of memory / 256 KiB, 80 % of the descriptor limit, and 10000");
        var (connections, few) = Allowed(configured == 0 ? null : configured, availableMemory, descriptors);
        var options = new LimitsOptions
        {
            MaxBufferedBytes = section.Whole("MaxBufferedBytes", availableMemory / 4, 1024 * 1024, long.MaxValue, shown: "a quarter of the available memory"),
            MaxConnections = connections,
            FewDescriptors = few ? descriptors : null,
        };
        section.RejectUnknown();
        return options;
    }

    /// <summary>
    /// The connections that memory and descriptors allow. What is configured wins over the memory, since that is an estimate, and not
    /// over the descriptors: without one to accept a connection with, the server spins. Some are left for files and for Notion.
    /// </summary>
    internal static (long Connections, bool FewDescriptors) Allowed(long? configured, long availableMemory, long? descriptors)
    {
        var wanted = configured ?? Math.Clamp(availableMemory / BytesPerConnection, 1, MostConnections);
        var most = descriptors is { } limit ? Math.Max(Math.Min(limit / 5 * 4, limit - KeptDescriptors), limit / 4) : long.MaxValue;
        most = Math.Max(most, 1);
        return (Math.Min(wanted, most), most < wanted);
    }
}
