using NotionGateway.Settings;

namespace NotionGateway;

/// <summary>Section <c>Gateway:Limits</c>: what bounds the gateway's own memory and connections.</summary>
internal sealed record LimitsOptions
{
    /// <summary>Bytes of request bodies in memory, being read or waiting, over all callers; a quarter of the available memory by default.</summary>
    public required long MaxBufferedBytes { get; init; }

    /// <summary>Connections that may be open on a listener at once; 10,000 by default.</summary>
    public required long MaxConnections { get; init; }

    public static LimitsOptions Read(SettingsSection section, long availableMemory)
    {
        var options = new LimitsOptions
        {
            MaxBufferedBytes = section.Whole("MaxBufferedBytes", availableMemory / 4, 1024 * 1024, long.MaxValue, shown: "a quarter of the available memory"),
            MaxConnections = section.Whole("MaxConnections", 10_000, 1, 1_000_000),
        };
        section.RejectUnknown();
        return options;
    }
}
