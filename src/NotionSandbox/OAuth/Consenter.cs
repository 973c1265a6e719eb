using NotionSandbox.Workspaces;

namespace NotionSandbox.OAuth;

/// <summary>A person who may consent, and the workspace that they would give the app access to.</summary>
internal sealed record Consenter(Person Person, Workspace Workspace)
{
    /// <summary>What the consent page calls this choice.</summary>
    public string Key => $"{Person.Id}@{Workspace.Id}";
}
