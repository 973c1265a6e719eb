namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>Where the file is, and what may be asked of it.</summary>
/// <param name="Path">The file; its folder must exist, since a volume that is not mounted must not be taken for an empty store.</param>
internal sealed record SqliteStoreSettings(string Path)
{
    /// <summary>How long a write waits for another program's, or for those of this one, before it fails.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>More pages (of 4 KiB) than these it does not grow to; as large as the disk unless said.</summary>
    public int? MostPages { get; init; }

    /// <summary>A file of up to this size is looked through when it is opened; a larger one would keep the start waiting.</summary>
    public long MostBytesChecked { get; init; } = 64 << 20;
}
