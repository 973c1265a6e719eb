using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Connections;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Shapes;

/// <summary>Blocks as JSON; pages and databases show as blocks too, inside what holds them.</summary>
internal static class BlockShape
{
    public static JsonObject Of(Entry entry, Call call)
    {
        var type = entry.Type == "meeting_notes" && !call.Version.SaysInTrashOnly ? "transcription" : entry.Type;
        var content = entry.Kind == EntryKind.Block ? entry.Content.DeepClone() : new JsonObject { ["title"] = Titles.Of(entry) };
        return new JsonObject
        {
            ["object"] = "block",
            ["id"] = entry.Id,
            ["parent"] = ParentShape.Of(entry.Parent, call.Version),
            ["created_time"] = Timestamps.Minute(entry.Created),
            ["last_edited_time"] = Timestamps.Minute(entry.Edited),
            ["created_by"] = UserShape.Partial(entry.CreatedBy),
            ["last_edited_by"] = UserShape.Partial(entry.EditedBy),
            ["has_children"] = entry.Blocks.Any(),
            ["type"] = type,
            [type] = content,
        }.With(entry.IsGone, call.Version);
    }

    /// <summary>What a connection that may not read gets to see of what it wrote.</summary>
    public static JsonObject Partial(string kind, string id) => new() { ["object"] = kind, ["id"] = id };
}
