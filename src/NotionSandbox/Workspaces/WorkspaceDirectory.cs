using NotionSandbox.Seeds;

namespace NotionSandbox.Workspaces;

/// <summary>The workspaces there are, opened and filled when somebody first names them.</summary>
internal sealed class WorkspaceDirectory(SeedKind seed)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Workspace> _workspaces = new(StringComparer.Ordinal);

    public Workspace Open(string name)
    {
        lock (_gate)
        {
            if (!_workspaces.TryGetValue(name, out var workspace))
            {
                workspace = new Workspace(name, _workspaces.Count + 1);
                _workspaces[name] = workspace;
                DemoSeed.Plant(seed, workspace);
            }

            return workspace;
        }
    }

    /// <summary>Puts every workspace back to what it held in the beginning.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            foreach (var workspace in _workspaces.Values)
            {
                lock (workspace.Gate)
                {
                    workspace.Empty();
                    DemoSeed.Plant(seed, workspace);
                }
            }
        }
    }
}
