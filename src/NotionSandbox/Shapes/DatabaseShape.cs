using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Connections;
using NotionSandbox.Ids;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Shapes;

/// <summary>Databases as JSON: containers that name their data sources, or under old versions the one source they have.</summary>
internal static class DatabaseShape
{
    public static JsonObject Of(Entry database, Call call)
    {
        if (!call.Connection.May(Capabilities.ReadContent))
        {
            return BlockShape.Partial("database", database.Id);
        }

        if (!call.Version.HasDataSources)
        {
            return DataSourceShape.Of(database.Children[0], call);
        }

        return new JsonObject
        {
            ["object"] = "database",
            ["id"] = database.Id,
            ["title"] = database.Content["title"]!.DeepClone(),
            ["description"] = database.Content["description"]!.DeepClone(),
            ["parent"] = ParentShape.Of(database.Parent, call.Version),
            ["is_inline"] = database.Content["is_inline"]!.DeepClone(),
            ["is_locked"] = database.Content.Flag("is_locked") ?? false,
            ["created_time"] = Timestamps.Millisecond(database.Created),
            ["last_edited_time"] = Timestamps.Millisecond(database.Edited),
            ["data_sources"] = new JsonArray([.. database.LiveChildren.Select(Reference)]),
            ["icon"] = database.Content["icon"]?.DeepClone(),
            ["cover"] = database.Content["cover"]?.DeepClone(),
            ["url"] = Url(database),
            ["public_url"] = null,
        }.With(database.IsGone, call.Version);
    }

    public static string Url(Entry database) => $"https://app.notion.com/p/{IdText.Undashed(database.Id)}";

    private static JsonObject Reference(Entry source) => new() { ["id"] = source.Id, ["name"] = Titles.Of(source) };
}
