using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Properties;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Queries;

/// <summary>A filter of a query: conditions on properties or timestamps, and groups of them.</summary>
internal static class Filter
{
    public static Func<Entry, bool> Read(JsonNode? filter, Entry source, Call call)
    {
        if (filter is null)
        {
            return _ => true;
        }

        if (filter.List("and") is { } all)
        {
            var parts = all.Select(part => Read(part, source, call)).ToList();
            return page => parts.TrueForAll(part => part(page));
        }

        if (filter.List("or") is { } any)
        {
            var parts = any.Select(part => Read(part, source, call)).ToList();
            return page => parts.Exists(part => part(page));
        }

        var (property, condition) = Condition(filter, source);
        var (name, operand) = condition.FirstOrDefault();
        return name is null
            ? throw Refusal.Field("body.filter", "hold a condition", filter)
            : page => Conditions.Holds(property, name, operand, page, call);
    }

    private static (SchemaProperty Property, JsonObject Condition) Condition(JsonNode filter, Entry source)
    {
        if (filter.Text("timestamp") is "created_time" or "last_edited_time" && filter.Object(filter.Text("timestamp")!) is { } time)
        {
            var stamp = filter.Text("timestamp")!;
            return (new SchemaProperty(stamp, stamp, stamp, []), time);
        }

        var name = filter.Text("property") ?? throw Refusal.Missing("body.filter.property");
        var property = Schema.FindInSource(source, name);
        var fields = filter.AsObject().Where(field => field.Key is not ("property" or "type"));
        var condition = fields.Select(field => field.Value as JsonObject).FirstOrDefault();
        return condition is null
            ? throw Refusal.Missing($"body.filter.{property.Type}")
            : (property, condition);
    }
}
