namespace NotionSandbox.Workspaces;

/// <summary>The rows that a view showed at one moment, kept for a quarter of an hour so that they can be paged through.</summary>
internal sealed record ViewQuery(string Id, View View, DateTimeOffset Expires, IReadOnlyList<string> PageIds)
{
    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(15);
}
