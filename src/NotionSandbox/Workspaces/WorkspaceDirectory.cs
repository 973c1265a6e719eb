
namespace NotionSandbox.Workspaces;

/// <summary>The workspaces there are, created and filled when first named.</summary>
/// <param name="plant">Puts into a workspace what it holds in the beginning.</param>
internal sealed class WorkspaceDirectory(Action<Workspace> plant)
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
                plant(workspace);
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
                    plant(workspace);
                }
            }
        }
    }
}
