namespace NotionSandbox.Workspaces;

/// <summary>An emoji that the workspace made for itself.</summary>
internal sealed record CustomEmoji(string Id, string Name, string Url);
