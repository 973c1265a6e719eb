namespace NotionSandbox.Workspaces;

/// <summary>A custom agent of the workspace, as far as its administration is concerned.</summary>
internal sealed class Agent
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Edited { get; set; }

    public string Status { get; set; } = "active";

    public int? CreditLimit { get; set; }

    public int RunsCompleted { get; set; }
}
