using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;

namespace NotionSandbox.Properties;

/// <summary>Picks an option by name or id. A select learns names it did not have; a status does not.</summary>
internal static class OptionChoice
{
    public static JsonObject Choose(SchemaProperty property, JsonNode? sent, Call call)
    {
        var options = property.Config.Object(property.Type).List("options")!;
        var (id, name) = (sent.Text("id"), sent.Text("name"));
        var chosen = options.FirstOrDefault(option => id is not null ? option.Text("id") == id : name is not null && option.Text("name") == name);
        if (chosen is null && (name is null || property.Type == "status"))
        {
            throw Refusal.Validation($"{property.Type} option \"{name ?? id}\" does not exist for property \"{property.Name}\".");
        }

        if (chosen is null)
        {
            chosen = SchemaWriting.Option(sent, call);
            options.Add(chosen);
        }

        return new JsonObject { ["id"] = chosen.Text("id"), ["name"] = chosen.Text("name"), ["color"] = chosen.Text("color") };
    }
}
