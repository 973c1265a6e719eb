using NotionGateway.Settings;

namespace NotionGateway.Caching;

/// <summary>When identical requests share one response.</summary>
internal enum Coalescing
{
    /// <summary>While they wait for a permit.</summary>
    Queued,

    /// <summary>Never.</summary>
    Off,
}

/// <summary>Section <c>Gateway:Caching</c>: which requests are served without a permit of their own.</summary>
internal sealed record CachingOptions
{
    /// <summary>Whether identical reads that wait for a permit are sent once; <see cref="Coalescing.Queued"/> by default.</summary>
    public required Coalescing Coalesce { get; init; }

    /// <summary>The longest response that is shared, in bytes; 1 MiB by default.</summary>
    public required int MaxEntryBytes { get; init; }

    public static CachingOptions Read(SettingsSection section)
    {
        var options = new CachingOptions
        {
            Coalesce = section.Choice("Coalesce", Coalescing.Queued),
            MaxEntryBytes = (int)section.Whole("MaxEntryBytes", 1_048_576, 1024, 64 * 1_048_576),
        };
        section.RejectUnknown();
        return options;
    }
}
