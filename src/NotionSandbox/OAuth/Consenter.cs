using NotionSandbox.Workspaces;

namespace NotionSandbox.OAuth;

/// <summary>Somebody who may consent, in the workspace that they would open to the app.</summary>
internal sealed record Consenter(Person Person, Workspace Workspace)
{
    /// <summary>What the consent page calls this choice.</summary>
    public string Key => $"{Person.Id}@{Workspace.Id}";
}
