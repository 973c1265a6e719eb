using System.Text.Json.Nodes;
using NotionSandbox.Connections;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Shapes;

/// <summary>Data sources as JSON, and databases as they were before there were data sources: both show the schema.</summary>
internal static class DataSourceShape
{
    public static JsonObject Of(Entry source, Call call)
    {
        var database = source.Parent!;
        var isOld = !call.Version.HasDataSources;
        var shown = new JsonObject
        {
            ["object"] = isOld ? "database" : "data_source",
            ["id"] = isOld ? database.Id : source.Id,
            ["cover"] = database.Content["cover"]?.DeepClone(),
            ["icon"] = (source.Content["icon"] ?? database.Content["icon"])?.DeepClone(),
            ["created_time"] = Timestamps.Minute(source.Created),
            ["created_by"] = UserShape.Partial(source.CreatedBy),
            ["last_edited_by"] = UserShape.Partial(source.EditedBy),
            ["last_edited_time"] = Timestamps.Minute(source.Edited),
            ["title"] = (isOld ? database : source).Content["title"]!.DeepClone(),
            ["description"] = database.Content["description"]!.DeepClone(),
            ["is_inline"] = database.Content["is_inline"]!.DeepClone(),
            ["properties"] = source.Content["properties"]!.DeepClone(),
            ["parent"] = ParentShape.Of(isOld ? database.Parent : database, call.Version),
            ["url"] = DatabaseShape.Url(database),
            ["public_url"] = null,
        }.With(source.IsGone, call.Version);
        if (!isOld)
        {
            shown["database_parent"] = ParentShape.Of(database.Parent, call.Version);
        }

        return shown;
    }
}
