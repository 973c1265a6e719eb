using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Ids;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Uploads;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Properties;

/// <summary>Values as callers write them into a page, checked against the schema and kept as Notion shows them.</summary>
internal static class PropertyWriting
{
    public static void Write(Entry page, JsonObject sent, Call call)
    {
        // Everything is read before anything is changed: a request with one bad value changes nothing.
        var values = sent.Select(pair => (Property: Schema.Find(page, pair.Key), Sent: pair.Value)).ToList();
        var read = values.ConvertAll(value => (value.Property, Value: Read(value.Property, value.Sent, call)));
        foreach (var (property, value) in read)
        {
            page.Values[property.Key] = new JsonObject { [property.Type] = value };
        }
    }

    private static JsonNode? Read(SchemaProperty property, JsonNode? sent, Call call)
    {
        if (PropertyTypes.IsComputed(property.Type))
        {
            throw Refusal.Validation($"{property.Name} is a computed property and cannot be written.");
        }

        // A bare list in place of the object is taken for the list of the property's own kind.
        var value = sent is JsonArray ? sent
            : sent is JsonObject fields && fields.ContainsKey(property.Type) ? fields[property.Type]
            : throw Expected(property);
        var path = $"body.properties.{property.Name}.{property.Type}";
        return property.Type switch
        {
            "title" or "rich_text" => RichText.Read(value, path, call),
            "number" => value is null || value.Number() is not null ? value?.DeepClone() : throw Expected(property),
            "checkbox" => value.Flag() ?? throw Expected(property),
            "url" or "email" or "phone_number" => value is null ? null : value.Text() ?? throw Expected(property),
            "select" or "status" => value is null ? null : OptionChoice.Choose(property, value, call),
            "multi_select" => List(property, value, item => OptionChoice.Choose(property, item, call)),
            "date" => value is null ? null : Date(property, value),
            "people" => List(property, value, item => Reference(property, item, call)),
            "relation" => List(property, value, item => new JsonObject { ["id"] = IdOf(property, item) }),
            "files" => List(property, value, item => File(item, call)),
            _ => value?.DeepClone(),
        };
    }

    private static JsonArray List(SchemaProperty property, JsonNode? value, Func<JsonNode?, JsonObject> item) =>
        new([.. (value as JsonArray ?? throw Expected(property)).Select(item)]);

    private static JsonObject Date(SchemaProperty property, JsonNode value)
    {
        var start = value.Text("start") ?? throw Expected(property);
        return DateTimeOffset.TryParse(start, System.Globalization.CultureInfo.InvariantCulture, out _)
            ? new JsonObject { ["start"] = start, ["end"] = value.Text("end"), ["time_zone"] = value.Text("time_zone") }
            : throw Refusal.Field($"body.properties.{property.Name}.date.start", "be a valid ISO 8601 date string", start);
    }

    private static JsonObject Reference(SchemaProperty property, JsonNode? item, Call call)
    {
        var id = IdOf(property, item);
        var isMember = call.Workspace.People.Exists(person => person.Id == id) || call.Bots.Any(bot => bot.BotId == id);
        return isMember ? new JsonObject { ["object"] = "user", ["id"] = id } : throw call.NotFound("user", id);
    }

    private static JsonObject File(JsonNode? item, Call call)
    {
        var file = item as JsonObject ?? [];
        var name = file.Text("name") ?? (file["file_upload"].Text("id") is { } id ? FileReferences.Uploaded(id, call).FileName : null) ?? "file";
        var shown = FileReferences.Resolve(file.DeepClone().AsObject(), call);
        shown["name"] = name;
        return shown;
    }

    private static string IdOf(SchemaProperty property, JsonNode? item) =>
        IdText.TryParse(item.Text("id"), out var id)
            ? id
            : throw Refusal.Field($"body.properties.{property.Name}.{property.Type}[].id", "be a valid uuid", item.Text("id"));

    private static Refusal Expected(SchemaProperty property) => Refusal.Validation($"{property.Name} is expected to be {property.Type}.");
}
