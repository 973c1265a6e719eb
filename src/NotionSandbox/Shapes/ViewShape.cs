using System.Text.Json.Nodes;
using NotionSandbox.Connections;
using NotionSandbox.Ids;
using NotionSandbox.Json;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Shapes;

/// <summary>Views as JSON.</summary>
internal static class ViewShape
{
    public static JsonObject Of(View view) => new()
    {
        ["object"] = "view",
        ["id"] = view.Id,
        ["parent"] = Parent(view),
        ["data_source_id"] = view.DataSource.Id,
        ["name"] = view.Name,
        ["type"] = view.Type,
        ["created_time"] = Timestamps.Millisecond(view.Created),
        ["created_by"] = UserShape.Partial(view.CreatedBy),
        ["last_edited_time"] = Timestamps.Millisecond(view.Edited),
        ["last_edited_by"] = UserShape.Partial(view.EditedBy),
        ["url"] = $"{DatabaseShape.Url(view.Database)}?v={IdText.Undashed(view.Id)}",
        ["filter"] = view.Settings["filter"]?.DeepClone(),
        ["sorts"] = view.Settings["sorts"]?.DeepClone(),
        ["quick_filters"] = view.Settings["quick_filters"]?.DeepClone(),
        ["configuration"] = view.Settings["configuration"]?.DeepClone(),
    };

    /// <summary>What is left to say of a view that was deleted.</summary>
    public static JsonObject Deleted(View view) => new() { ["object"] = "view", ["id"] = view.Id, ["parent"] = Parent(view), ["type"] = view.Type };

    private static JsonObject Parent(View view) => new() { ["type"] = "database_id", ["database_id"] = view.Database.Id };
}
