namespace NotionSandbox.Seeds;

/// <summary>What a workspace holds in the beginning.</summary>
internal enum SeedKind
{
    /// <summary>A few pages, a database with rows, comments and people.</summary>
    Demo,

    /// <summary>One empty page that everything else can be put under, and one person.</summary>
    Empty,
}
