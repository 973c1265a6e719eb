using System.Text.Json.Nodes;
using NotionSandbox.Connections;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Properties;

/// <summary>The values of a page's properties as JSON, including those that Notion computes.</summary>
internal static class PropertyValues
{
    public static JsonObject Show(SchemaProperty property, Entry page, Call call)
    {
        var shown = new JsonObject { ["id"] = property.Id, ["type"] = property.Type, [property.Type] = Of(property, page) };
        if (property.Type == "relation")
        {
            shown["has_more"] = false;
        }

        return property.Type is "people" ? WithPeople(shown, call) : shown;
    }

    /// <summary>The value alone, without what surrounds it; a copy.</summary>
    public static JsonNode? Of(SchemaProperty property, Entry page) => property.Type switch
    {
        "created_time" => Timestamps.Minute(page.Created),
        "last_edited_time" => Timestamps.Minute(page.Edited),
        "created_by" => UserShape.Partial(page.CreatedBy),
        "last_edited_by" => UserShape.Partial(page.EditedBy),
        "unique_id" => new JsonObject { ["prefix"] = property.Config.Object("unique_id").Text("prefix"), ["number"] = page.Serial },
        "formula" => new JsonObject { ["type"] = "string", ["string"] = null },
        "rollup" => Rollup(property),
        "button" => new JsonObject(),
        "verification" => new JsonObject { ["state"] = "unverified", ["verified_by"] = null, ["date"] = null },
        _ => page.Values.GetValueOrDefault(property.Key) is { } value && value.ContainsKey(property.Type)
            ? value[property.Type]?.DeepClone()
            : Empty(property.Type),
    };

    private static JsonNode? Empty(string type) => type switch
    {
        "title" or "rich_text" or "multi_select" or "people" or "files" or "relation" => new JsonArray(),
        "checkbox" => false,
        _ => null,
    };

    private static JsonObject Rollup(SchemaProperty property) => new()
    {
        ["type"] = "number",
        ["number"] = 0,
        ["function"] = property.Config.Object("rollup").Text("function") ?? "count",
    };

    private static JsonObject WithPeople(JsonObject shown, Call call)
    {
        shown["people"] = new JsonArray([.. shown.List("people")!.Select(user => Person(user.Text("id") ?? "", call))]);
        return shown;
    }

    private static JsonObject Person(string id, Call call) =>
        call.Workspace.People.Find(person => person.Id == id) is { } person ? UserShape.Person(person, call.Connection) : UserShape.Partial(id);
}
