using System.Text.Json;
using NotionGateway.OAuth.Grants;

namespace NotionGateway.Operator;

/// <summary>A grant as operators see it: everything except its secrets.</summary>
internal static class GrantJson
{
    public static void Write(Utf8JsonWriter json, Grant grant)
    {
        json.WriteString("name", grant.Name.Value);
        json.WriteString("app", grant.App);
        json.WriteString("workspace_id", grant.WorkspaceId);
        json.WriteString("workspace_name", grant.WorkspaceName);
        json.WriteString("owner", grant.Owner);
        json.WriteString("bot_id", grant.BotId);
        json.WriteString("state", grant.State == GrantState.Active ? "active" : "lost");
        json.WriteString("created_at", grant.CreatedAt.UtcDateTime);
        json.WriteString("refreshed_at", grant.RefreshedAt.UtcDateTime);
    }
}
