using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Requests;

namespace NotionSandbox.Properties;

/// <summary>The options of a status property are in three groups; a caller who names none gets Notion's defaults.</summary>
internal static class StatusOptions
{
    private static readonly (string Name, string Color)[] Groups = [("To-do", "gray"), ("In progress", "blue"), ("Complete", "green")];

    private static readonly string[] Default = ["Not started", "In progress", "Done"];

    public static JsonObject Complete(JsonObject details, Call call)
    {
        if (details.List("groups") is not null)
        {
            return details;
        }

        var sent = details.List("options") ?? new JsonArray([.. Default.Select(name => new JsonObject { ["name"] = name })]);
        var options = new JsonArray([.. sent.Select(option => SchemaWriting.Option(option, call))]);
        var groups = Groups.Select((group, index) => new JsonObject
        {
            ["id"] = call.Ids.Next(),
            ["name"] = group.Name,
            ["color"] = group.Color,
            ["option_ids"] = new JsonArray([.. Members(options, index)]),
        });
        return new JsonObject { ["options"] = options, ["groups"] = new JsonArray([.. groups]) };
    }

    /// <summary>The first option is to do, the last is done, and what is between is in progress.</summary>
    private static IEnumerable<JsonNode?> Members(JsonArray options, int group) => options
        .Where((_, index) => group == (index == 0 ? 0 : index == options.Count - 1 ? 2 : 1))
        .Select(option => option!["id"]!.DeepClone());
}
