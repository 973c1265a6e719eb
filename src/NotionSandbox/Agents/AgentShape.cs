using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Agents;

/// <summary>Agents as JSON.</summary>
internal static class AgentShape
{
    public static JsonObject Of(Agent agent) => new()
    {
        ["object"] = "agent",
        ["id"] = agent.Id,
        ["agent_type"] = "custom_agent",
        ["name"] = agent.Name,
        ["description"] = agent.Description,
        ["instructions_page_id"] = null,
        ["icon"] = null,
        ["model"] = new JsonObject { ["mode"] = "auto" },
        ["connections"] = new JsonArray(),
        ["status"] = agent.Status,
        ["pause_reason"] = PauseReason(agent),
        ["created_by"] = new JsonObject { ["object"] = "user", ["type"] = "user", ["id"] = agent.CreatedBy },
        ["version"] = null,
        ["agent_version"] = null,
        ["has_unpublished_changes"] = false,
        ["last_run_time"] = null,
        ["last_run_at"] = null,
        ["credit_limit"] = agent.CreditLimit,
        ["triggers"] = new JsonArray(),
        ["created_time"] = Timestamps.Exact(agent.Created),
        ["last_edited_time"] = Timestamps.Exact(agent.Edited),
    };

    public static JsonObject Insights(Agent agent) => new()
    {
        ["object"] = "agent_insights",
        ["id"] = agent.Id,
        ["name"] = agent.Name,
        ["agent_type"] = "custom_agent",
        ["status"] = agent.Status,
        ["pause_reason"] = PauseReason(agent),
        ["created_by"] = new JsonObject { ["id"] = agent.CreatedBy, ["type"] = "user" },
        ["total_credits_used"] = agent.RunsCompleted,
        ["credit_limit"] = agent.CreditLimit,
        ["runs_completed"] = agent.RunsCompleted,
    };

    public static string? PauseReason(Agent agent) => agent.Status == "disabled" ? "disabled_from_api" : null;
}
