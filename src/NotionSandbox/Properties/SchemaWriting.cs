using System.Text.Json.Nodes;
using NotionSandbox.Ids;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Properties;

/// <summary>Schemas as callers write them, made into schemas as Notion shows them, and changed later.</summary>
internal static class SchemaWriting
{
    private static readonly string[] Colors = ["default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red"];

    /// <summary>A new schema. Without any properties it has a title called Name.</summary>
    public static JsonObject Create(JsonObject? sent, Call call)
    {
        var schema = new JsonObject();
        foreach (var (name, config) in sent ?? new JsonObject { ["Name"] = new JsonObject { ["title"] = new JsonObject() } })
        {
            schema[name] = Property(name, null, config as JsonObject, call);
        }

        return schema.Count(property => property.Value.Text("type") == "title") == 1
            ? schema
            : throw Refusal.Validation("body failed validation: body.properties should hold exactly one property of the type `title`.");
    }

    /// <summary>Changes a schema: null takes a property away, a name alone gives it another one, a new key adds one.</summary>
    public static void Change(Entry source, JsonObject sent, Call call)
    {
        var changed = new JsonObject();
        var known = Schema.OfSource(source).ToList();
        foreach (var property in known)
        {
            var key = sent.Select(pair => pair.Key).FirstOrDefault(property.IsCalled);
            if (key is null)
            {
                changed[property.Name] = property.Config.DeepClone();
            }
            else if (sent[key] is JsonObject config)
            {
                changed[config.Text("name") ?? property.Name] = Property(config.Text("name") ?? property.Name, property, config, call);
            }
            else if (property.Type == "title")
            {
                throw Refusal.Validation("Cannot remove the title property.");
            }
        }

        foreach (var (name, config) in sent.Where(pair => !known.Exists(property => property.IsCalled(pair.Key))))
        {
            changed[name] = Property(name, null, config as JsonObject, call);
        }

        source.Content["properties"] = changed;
    }

    private static JsonObject Property(string name, SchemaProperty? before, JsonObject? sent, Call call)
    {
        var type = sent?.Select(field => field.Key).FirstOrDefault(PropertyTypes.IsKnown) ?? sent.Text("type") ?? before?.Type;
        if (sent is null || type is null || !PropertyTypes.IsKnown(type))
        {
            throw Refusal.Field($"body.properties.{name}.type", "be a property type", type);
        }

        var details = sent.Object(type)?.DeepClone().AsObject() ?? before?.Config.Object(type)?.DeepClone().AsObject() ?? [];
        var id = before?.Id ?? (type == "title" ? Entry.TitleId : call.Ids.NextProperty());
        return new JsonObject
        {
            ["id"] = id,
            ["name"] = name,
            ["description"] = (sent["description"] ?? before?.Config["description"])?.DeepClone(),
            ["type"] = type,
            [type] = Complete(type, details, before, call),
        };
    }

    private static JsonObject Complete(string type, JsonObject details, SchemaProperty? before, Call call)
    {
        switch (type)
        {
            case "number":
                details["format"] ??= "number";
                break;
            case "select" or "multi_select":
                details["options"] = Options(details.List("options"), before?.Config.Object(type).List("options"), call);
                break;
            case "status":
                return StatusOptions.Complete(details, call);
            case "relation":
                Relation(details, call);
                break;
            case "unique_id":
                details["prefix"] ??= null;
                break;
        }

        return details;
    }

    private static JsonArray Options(JsonArray? sent, JsonArray? before, Call call) => sent is null
        ? before?.DeepClone().AsArray() ?? []
        : new JsonArray([.. sent.Select(option => Option(option, call))]);

    public static JsonObject Option(JsonNode? sent, Call call) => new()
    {
        ["id"] = sent.Text("id") ?? call.Ids.Next(),
        ["name"] = sent.Text("name") ?? "",
        ["color"] = sent.Text("color") ?? Colors[Fingerprint.Of(System.Text.Encoding.UTF8.GetBytes(sent.Text("name") ?? "")) % (ulong)Colors.Length],
        ["description"] = sent.Text("description"),
    };

    private static void Relation(JsonObject details, Call call)
    {
        var wanted = details.Text("data_source_id") ?? details.Text("database_id");
        var entry = IdText.TryParse(wanted, out var id) ? call.Workspace.Entries.GetValueOrDefault(id) : null;
        var source = entry?.Kind == EntryKind.Database ? entry.Children[0] : entry;
        if (source is not { Kind: EntryKind.DataSource })
        {
            throw call.NotFound("data source", wanted ?? "undefined");
        }

        details["data_source_id"] = source.Id;
        details["database_id"] = source.Parent!.Id;
        details["type"] ??= details.ContainsKey("dual_property") ? "dual_property" : "single_property";
        details[details.Text("type")!] ??= new JsonObject();
    }
}
