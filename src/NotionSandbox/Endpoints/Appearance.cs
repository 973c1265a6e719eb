using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Uploads;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>Icon and cover, which pages, databases and data sources have alike.</summary>
internal static class Appearance
{
    public static void Apply(Entry entry, Call call)
    {
        foreach (var name in new[] { "icon", "cover" })
        {
            if (call.Body.TryGetPropertyValue(name, out var sent))
            {
                entry.Content[name] = sent is null ? null : Read(sent, name, call);
            }
        }
    }

    private static JsonObject Read(JsonNode sent, string name, Call call)
    {
        var picture = sent as JsonObject ?? throw Refusal.Field($"body.{name}", "be an object or `null`", sent);
        var shown = FileReferences.Resolve(picture.DeepClone().AsObject(), call);
        if (shown.Object("custom_emoji") is { } custom)
        {
            shown["type"] = "custom_emoji";
            shown["custom_emoji"] = Emoji(custom.Text("id") ?? "", call);
        }
        else if (shown.ContainsKey("emoji"))
        {
            shown["type"] = "emoji";
        }

        return shown;
    }

    private static JsonObject Emoji(string id, Call call) => call.Workspace.Emojis.Find(emoji => emoji.Id == id) is { } emoji
        ? EmojiEndpoints.Show(emoji)
        : throw call.NotFound("custom emoji", id);
}
