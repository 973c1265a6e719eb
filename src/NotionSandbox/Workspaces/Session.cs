using System.Text.Json.Nodes;

namespace NotionSandbox.Workspaces;

/// <summary>A conversation with an agent: its state, and what was said in it.</summary>
internal sealed class Session
{
    public required string Id { get; init; }

    public required string AgentId { get; init; }

    public required string Title { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; set; }

    public string Status { get; set; } = "in_progress";

    public List<JsonObject> Events { get; } = [];
}
