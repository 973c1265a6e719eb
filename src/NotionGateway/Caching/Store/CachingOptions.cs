using NotionGateway.Notion;
using NotionGateway.Settings;

namespace NotionGateway.Caching.Store;

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
    private const long MostByDefault = 64 * 1_048_576;

    /// <summary>Whether identical reads that wait for a permit are sent once; <see cref="Coalescing.Queued"/> by default.</summary>
    public required Coalescing Coalesce { get; init; }

    /// <summary>The longest response that is shared or stored, in bytes; 1 MiB by default.</summary>
    public required int MaxEntryBytes { get; init; }

    /// <summary>Bytes of all stored responses together; half of the memory for bodies by default, at most 64 MiB.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Whether each replica may store for itself, although it does not hear of the others' writes; false by default.</summary>
    public required bool PerReplica { get; init; }

    /// <summary>What callers accept to be answered from memory, by the names that callers' settings use; none by default.</summary>
    public required IReadOnlyDictionary<string, CachePolicy> Policies { get; init; }

    /// <summary>The policy of this name; null without a name or for one that is not there.</summary>
    public CachePolicy? PolicyNamed(string? name) => name is null ? null : Policies.GetValueOrDefault(name);

    /// <summary>Whether anything is stored at all.</summary>
    public bool Stores => Policies.Count > 0;

    /// <summary>What the store may take now.</summary>
    public long StoredBytes => Stores ? MaxBytes : 0;

    public static CachingOptions Read(SettingsSection section, long maxBufferedBytes)
    {
        var options = new CachingOptions
        {
            Coalesce = section.Choice("Coalesce", Coalescing.Queued),
            MaxEntryBytes = (int)section.Whole("MaxEntryBytes", 1_048_576, 1024, 64 * 1_048_576),
            MaxBytes = section.Whole(
                "MaxBytes", Math.Min(maxBufferedBytes / 2, MostByDefault), 65_536, long.MaxValue, shown: "half of Limits:MaxBufferedBytes, at most 64 MiB"),
            PerReplica = section.Flag("PerReplica", false),
            Policies = section.Named("Policies", "policy").ToDictionary(named => named.Name, named => ReadPolicy(named.Section), StringComparer.Ordinal),
        };
        section.RejectUnknown();
        return options;
    }

    private static CachePolicy ReadPolicy(SettingsSection section)
    {
        var ttl = section.Duration("Ttl", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30));
        var policy = new CachePolicy
        {
            Ttl = ttl,
            TtlWithEvents = section.Duration("TtlWithEvents", ttl, ttl, CachePolicy.GreatestAgeWithEvents, shown: "Ttl") is var more && more > ttl
                ? more
                : null,
            Operations = section.List("Operations", shown: "all that can be stored"),
            StaleWhileLimited = section.Duration("StaleWhileLimited", TimeSpan.Zero, TimeSpan.Zero, CachePolicy.GreatestAgeWithEvents),
            StaleAfter = section.Duration("StaleAfter", TimeSpan.FromSeconds(2), TimeSpan.Zero, TimeSpan.FromMinutes(1)),
            StaleIfError = section.Duration("StaleIfError", TimeSpan.Zero, TimeSpan.Zero, CachePolicy.GreatestAgeWithEvents),
            SignedUrlReserve = section.Duration("SignedUrlReserve", TimeSpan.FromMinutes(30), TimeSpan.Zero, TimeSpan.FromHours(1)),
        };
        var known = NotionOperations.All.Where(operation => operation.Cacheable).Select(operation => operation.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in (policy.Operations ?? []).Where(name => !known.Contains(name)))
        {
            section.Error("Operations", $"names '{name}', which cannot be stored; write some of {string.Join(", ", known)}");
        }

        section.RejectUnknown();
        return policy;
    }
}
