using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Agents;

/// <summary>Sessions as JSON: in short, as answers to what was said; in full, when looked at.</summary>
internal static class SessionShape
{
    public static JsonObject Short(Session session) => new()
    {
        ["object"] = "session",
        ["id"] = session.Id,
        ["agent_id"] = session.AgentId,
        ["title"] = session.Title,
        ["status"] = session.Status,
        ["created_at"] = Timestamps.Exact(session.Created),
        ["updated_at"] = Timestamps.Exact(session.Updated),
    };

    public static JsonObject Full(Session session)
    {
        var shown = Short(session);
        shown["created_by"] = new JsonObject { ["id"] = session.CreatedBy, ["type"] = "bot" };
        shown["agent_version"] = null;
        shown["models"] = new JsonObject { ["type"] = "auto" };
        shown["message_count"] = session.Events.Count;
        return shown;
    }
}
