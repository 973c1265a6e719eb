namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>Where the file is, and its limits.</summary>
/// <param name="Path">The file; its folder must exist, since a volume that is not mounted must not be mistaken for an empty store.</param>
internal sealed record SqliteStoreSettings(string Path)
{
    /// <summary>How long a write waits for other writes, of this process or another, before it fails.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The maximum number of pages (of 4 KiB); by default the size of the disk.</summary>
    public int? MostPages { get; init; }

    /// <summary>A file of up to this size is checked when it is opened; checking a larger one would delay the start.</summary>
    public long MostBytesChecked { get; init; } = 64 << 20;
}
