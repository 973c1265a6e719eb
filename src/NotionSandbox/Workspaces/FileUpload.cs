namespace NotionSandbox.Workspaces;

/// <summary>A file on its way into a workspace. Only what is known about it is kept, not its bytes.</summary>
internal sealed class FileUpload
{
    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(1);

    public required string Id { get; init; }

    public required UploadMode Mode { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Edited { get; set; }

    public string? FileName { get; set; }

    public string? ContentType { get; set; }

    public long? ContentLength { get; set; }

    public int PartsExpected { get; init; } = 1;

    /// <summary>Length of each part that came, by its number.</summary>
    public SortedDictionary<int, long> Parts { get; } = [];

    public bool IsUploaded { get; set; }

    public DateTimeOffset Expires => Created + Lifetime;

    public string Status(DateTimeOffset now) => IsUploaded ? "uploaded" : now >= Expires ? "expired" : "pending";
}
