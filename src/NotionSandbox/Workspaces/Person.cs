namespace NotionSandbox.Workspaces;

/// <summary>A human member of a workspace.</summary>
internal sealed record Person(string Id, string Name, string Email);
