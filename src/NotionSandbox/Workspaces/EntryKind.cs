namespace NotionSandbox.Workspaces;

/// <summary>What stands in the tree of a workspace.</summary>
internal enum EntryKind
{
    Page,
    Database,
    DataSource,
    Block,
}
