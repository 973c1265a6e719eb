using System.Text.Json.Nodes;
using NotionSandbox.Versions;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Shapes;

/// <summary>The parent of something, as JSON.</summary>
internal static class ParentShape
{
    public static JsonObject Of(Entry? parent, NotionVersion version) => parent?.Kind switch
    {
        null => new JsonObject { ["type"] = "workspace", ["workspace"] = true },
        EntryKind.Page => Reference("page_id", parent.Id),
        EntryKind.Database => Reference("database_id", parent.Id),
        EntryKind.DataSource when version.HasDataSources => new JsonObject
        {
            ["type"] = "data_source_id",
            ["data_source_id"] = parent.Id,
            ["database_id"] = parent.Parent!.Id,
        },
        EntryKind.DataSource => Reference("database_id", parent.Parent!.Id),
        _ => Reference("block_id", parent.Id),
    };

    private static JsonObject Reference(string type, string id) => new() { ["type"] = type, [type] = id };
}
