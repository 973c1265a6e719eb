namespace NotionGateway.Settings;

/// <summary>
/// Every setting that the program has asked for, with its default: gathered while reading, so it cannot drift from
/// the code. The documentation is compared with it.
/// </summary>
internal sealed class SettingsCatalogue
{
    private readonly SortedDictionary<string, string?> _all = new(StringComparer.Ordinal);

    /// <summary>Path with placeholders for names, and the default as the operator would write it; null where there is none.</summary>
    public IReadOnlyDictionary<string, string?> All => _all;

    public void Add(string pattern, string? fallback) => _all.TryAdd(pattern, fallback);
}
