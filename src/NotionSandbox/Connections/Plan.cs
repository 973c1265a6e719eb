namespace NotionSandbox.Connections;

/// <summary>What the workspace pays for: it sets the size of the request window and of an uploaded file.</summary>
internal enum Plan
{
    Free,
    Plus,
    Business,
    Enterprise,
}
