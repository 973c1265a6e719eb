using NotionGateway.Hosting.Connections;
using NotionGateway.Settings;

namespace NotionGateway;

/// <summary>Section <c>Gateway:Limits</c>: what bounds the gateway's own memory and connections.</summary>
internal sealed record LimitsOptions
{
    /// <summary>Bytes of request bodies in memory, being read or waiting, over all callers; a quarter of the available memory by default.</summary>
    public required long MaxBufferedBytes { get; init; }

    /// <summary>Connections that may be open at once, on all listeners together.</summary>
    public required long MaxConnections { get; init; }

    /// <summary>The limit of open files and sockets, if it is what keeps <see cref="MaxConnections"/> low.</summary>
    public long? FewDescriptors { get; init; }

    public static LimitsOptions Read(SettingsSection section, long availableMemory, long? descriptors)
    {
        var configured = section.Whole("MaxConnections", 0, 1, 1_000_000, shown: "the least of memory / 256 KiB, 80 % of the descriptor limit, and 10000");
        var (connections, few) = ConnectionLimits.Allowed(configured == 0 ? null : configured, availableMemory, descriptors);
        var options = new LimitsOptions
        {
            MaxBufferedBytes = section.Whole("MaxBufferedBytes", availableMemory / 4, 1024 * 1024, long.MaxValue, shown: "a quarter of the available memory"),
            MaxConnections = connections,
            FewDescriptors = few ? descriptors : null,
        };
        section.RejectUnknown();
        return options;
    }
}
