using System.Text.Json.Nodes;
using NotionSandbox.Connections;
using NotionSandbox.Ids;
using NotionSandbox.Json;
using NotionSandbox.Requests;

namespace NotionSandbox.Blocks;

/// <summary>Mentions inside rich text: of people, pages, databases, dates and anything else that callers send.</summary>
internal static class Mentions
{
    public static JsonObject Read(JsonObject mention, JsonObject? annotations, Call call)
    {
        var type = mention.Text("type") ?? mention.Select(field => field.Key).FirstOrDefault() ?? "user";
        var details = mention.Object(type) ?? [];
        var shown = new JsonObject { ["type"] = type, [type] = details.DeepClone() };
        var id = IdText.TryParse(details.Text("id"), out var parsed) ? parsed : "";
        return type switch
        {
            "user" => RichText.Item("mention", WithUser(shown, id, call), "@" + (NameOf(id, call) ?? "Anonymous"), null, annotations),
            "page" or "database" => RichText.Item("mention", shown, TitleOf(id, call), $"https://app.notion.com/p/{IdText.Undashed(id)}", annotations),
            "date" => RichText.Item("mention", shown, details.Text("start") ?? "", null, annotations),
            _ => RichText.Item("mention", shown, details.Text("url") ?? "", details.Text("url"), annotations),
        };
    }

    private static JsonObject WithUser(JsonObject shown, string id, Call call)
    {
        var person = call.Workspace.People.Find(person => person.Id == id);
        shown["user"] = person is null ? UserShape.Partial(id) : UserShape.Person(person, call.Connection);
        return shown;
    }

    private static string? NameOf(string id, Call call) =>
        call.Workspace.People.Find(person => person.Id == id)?.Name ?? call.Bots.FirstOrDefault(bot => bot.BotId == id)?.BotName;

    private static string TitleOf(string id, Call call) =>
        call.Workspace.Entries.GetValueOrDefault(id) is { } entry && Titles.Of(entry) is { Length: > 0 } title ? title : "Untitled";
}
