using System.Collections.Frozen;

namespace NotionSandbox.Properties;

/// <summary>The kinds of values a property may have, and which of them Notion fills in.</summary>
internal static class PropertyTypes
{
    private static readonly FrozenSet<string> Computed = new[]
    {
        "created_time", "created_by", "last_edited_time", "last_edited_by", "formula", "rollup", "unique_id", "button", "verification",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Written = new[]
    {
        "title", "rich_text", "number", "select", "multi_select", "status", "date", "people", "files", "checkbox", "url", "email",
        "phone_number", "relation", "place",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsKnown(string type) => Written.Contains(type) || IsComputed(type);

    public static bool IsComputed(string type) => Computed.Contains(type);

    /// <summary>Kinds whose values are lists that can be paged through.</summary>
    public static bool IsList(string type) => type is "title" or "rich_text" or "people" or "relation";
}
