namespace NotionSandbox.Workspaces;

/// <summary>How the bytes of a file come.</summary>
internal enum UploadMode
{
    SinglePart,
    MultiPart,
    ExternalUrl,
}
