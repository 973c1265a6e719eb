using System.Text.Json.Nodes;
using NotionSandbox.Connections;

namespace NotionSandbox.OAuth;

/// <summary>What the token endpoint hands out.</summary>
/// <param name="Refresh">Null when the sandbox gives none.</param>
internal sealed record TokenPair(OAuthGrant Grant, string Access, string? Refresh)
{
    public JsonObject ToJson()
    {
        var connection = Grant.Connection;
        return new JsonObject
        {
            ["access_token"] = Access,
            ["token_type"] = "bearer",
            ["refresh_token"] = Refresh,
            ["bot_id"] = Grant.BotId,
            ["workspace_name"] = connection.Workspace.Name,
            ["workspace_icon"] = null,
            ["workspace_id"] = connection.WorkspaceId,
            ["owner"] = UserShape.Owner(connection),
            ["duplicated_template_id"] = null,
        };
    }
}
