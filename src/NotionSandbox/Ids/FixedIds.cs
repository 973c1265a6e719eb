namespace NotionSandbox.Ids;

/// <summary>Ids that are the same in every run, so that documents and tests can name them: a kind, the workspace's number, a number.</summary>
internal static class FixedIds
{
    public const string Workspace = "aaaa";
    public const string Bot = "b07b";
    public const string Person = "beef";
    public const string Page = "5eed";
    public const string Block = "b10c";
    public const string Database = "da7a";
    public const string DataSource = "d5d5";
    public const string Comment = "c0c0";
    public const string View = "5cee";
    public const string Emoji = "e00e";
    public const string Agent = "a6e7";

    public static string Of(string kind, int workspace, int number) => $"{kind}{workspace:D4}-0000-4000-8000-{number:D12}";
}
