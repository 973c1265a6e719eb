namespace NotionSandbox.Workspaces;

/// <summary>What is in the tree of a workspace.</summary>
internal enum EntryKind
{
    Page,
    Database,
    DataSource,
    Block,
}
