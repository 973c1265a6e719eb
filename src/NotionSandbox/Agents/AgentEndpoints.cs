using System.Text.Json.Nodes;
using NotionSandbox.Ids;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;
using NotionSandbox.Tasks;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Agents;

/// <summary>The administration of custom agents.</summary>
internal static class AgentEndpoints
{
    public static SandboxResponse List(Call call) => Found(call, call.Query["name"], Paging.OfQuery(call));

    public static SandboxResponse Query(Call call) => Found(call, call.Body.Text("query"), Paging.OfBody(call));

    public static SandboxResponse Retrieve(Call call) => new JsonResponse(AgentShape.Of(Find(call, call.PathValues[0])));

    public static SandboxResponse Insights(Call call) => new JsonResponse(AgentShape.Insights(Find(call, call.PathValues[0])));

    public static SandboxResponse Delete(Call call)
    {
        var agent = Find(call, call.PathValues[0]);
        Change(agent, "deleted", call);
        return new JsonResponse(new JsonObject { ["agent_id"] = agent.Id, ["status"] = agent.Status, ["deleted_at"] = Timestamps.Exact(call.Now) });
    }

    public static SandboxResponse UpdateStatus(Call call)
    {
        var agent = Find(call, call.PathValues[0]);
        Change(agent, Status(call.Body, "body"), call);
        return new JsonResponse(new JsonObject
        {
            ["agent_id"] = agent.Id,
            ["status"] = agent.Status,
            ["pause_reason"] = AgentShape.PauseReason(agent),
            ["last_edited_time"] = Timestamps.Exact(agent.Edited),
        });
    }

    public static SandboxResponse UpdateCreditLimit(Call call)
    {
        var agent = Find(call, call.PathValues[0]);
        agent.CreditLimit = (int?)call.Body["credit_limit"].Number();
        agent.Edited = call.Now;
        return new JsonResponse(new JsonObject
        {
            ["agent_id"] = agent.Id,
            ["credit_limit"] = agent.CreditLimit,
            ["last_edited_time"] = Timestamps.Exact(agent.Edited),
        });
    }

    public static SandboxResponse Batch(Call call)
    {
        var operations = call.Body.List("operations") ?? throw Refusal.Missing("body.operations");
        foreach (var operation in operations)
        {
            var agent = Find(call, operation.Text("agent_id") ?? "undefined");
            switch (operation.Text("action"))
            {
                case "update_status":
                    Change(agent, Status(operation.Object("fields"), "body.operations[].fields"), call);
                    break;
                case "update_credit_limit":
                    agent.CreditLimit = (int?)operation.Object("fields")?["credit_limit"].Number();
                    break;
                case "delete":
                    Change(agent, "deleted", call);
                    break;
                case var action:
                    throw Refusal.Field("body.operations[].action", "be an action", action);
            }
        }

        return AsyncTasks.Begin("POST /v1/agents/batch", new JsonObject { ["applied"] = operations.Count }, call);
    }

    private static JsonResponse Found(Call call, string? text, Paging paging)
    {
        var agents = call.Workspace.Agents
            .Where(agent => agent.Status != "deleted" || call.Body.Flag("include_deleted") == true)
            .Where(agent => $"{agent.Name} {agent.Description}".Contains(text ?? "", StringComparison.OrdinalIgnoreCase))
            .ToList();
        return ListShape.Of(paging.Cut(agents, $"agents/{text}"), "agent", AgentShape.Of);
    }

    private static Agent Find(Call call, string id)
    {
        var wanted = IdText.TryParse(id, out var dashed) ? dashed : id;
        return call.Workspace.Agents.Find(agent => agent.Id == wanted) ?? throw call.NotFound("agent", id);
    }

    private static string Status(JsonObject? fields, string path) => fields.Text("status") is "active" or "disabled"
        ? fields.Text("status")!
        : throw Refusal.Field($"{path}.status", "be `\"active\"` or `\"disabled\"`", fields?["status"]);

    private static void Change(Agent agent, string status, Call call)
    {
        agent.Status = status;
        agent.Edited = call.Now;
    }
}
