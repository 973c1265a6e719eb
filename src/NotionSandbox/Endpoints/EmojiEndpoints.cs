using System.Text.Json.Nodes;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>The workspace's own emojis.</summary>
internal static class EmojiEndpoints
{
    public static SandboxResponse List(Call call)
    {
        var name = call.Query["name"];
        var emojis = call.Workspace.Emojis.Where(emoji => name is null || emoji.Name == name).ToList();
        var slice = Paging.OfQuery(call).Cut(emojis, "custom_emojis");
        return new JsonResponse(new JsonObject
        {
            ["object"] = "list",
            ["type"] = "custom_emoji",
            ["results"] = new JsonArray([.. slice.Items.Select(Show)]),
            ["has_more"] = slice.HasMore,
            ["next_cursor"] = slice.Next,
        });
    }

    public static JsonObject Show(CustomEmoji emoji) => new() { ["id"] = emoji.Id, ["name"] = emoji.Name, ["url"] = emoji.Url };
}
