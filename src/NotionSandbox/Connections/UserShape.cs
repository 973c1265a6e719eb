using System.Text.Json.Nodes;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Connections;

/// <summary>People and bots as JSON.</summary>
internal static class UserShape
{
    public static JsonObject Partial(string id) => new() { ["object"] = "user", ["id"] = id };

    public static JsonObject Person(Person person, Connection reader)
    {
        if (!reader.May(Capabilities.UserInformation))
        {
            return Partial(person.Id);
        }

        var details = reader.ShowsEmail ? new JsonObject { ["email"] = person.Email } : [];
        return new JsonObject
        {
            ["object"] = "user",
            ["id"] = person.Id,
            ["name"] = person.Name,
            ["avatar_url"] = null,
            ["type"] = "person",
            ["person"] = details,
        };
    }

    /// <summary>Who a bot belongs to: the person who consented to it, or the workspace.</summary>
    public static JsonObject Owner(Connection bot) => bot.Owner is { } person
        ? new JsonObject { ["type"] = "user", ["user"] = Person(person, bot) }
        : new JsonObject { ["type"] = "workspace", ["workspace"] = true };

    public static JsonObject Bot(Connection bot) => new()
    {
        ["object"] = "user",
        ["id"] = bot.BotId,
        ["name"] = bot.BotName,
        ["avatar_url"] = null,
        ["type"] = "bot",
        ["bot"] = new JsonObject
        {
            ["owner"] = Owner(bot),
            ["workspace_name"] = bot.Workspace.Name,
            ["workspace_id"] = bot.WorkspaceId,
            ["workspace_limits"] = new JsonObject { ["max_file_upload_size_in_bytes"] = bot.MaxUploadBytes },
        },
    };
}
