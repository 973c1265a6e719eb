using NotionSandbox.Limits;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Connections;

/// <summary>What Notion calls a connection: a bot in one workspace, with tokens, capabilities and a budget of requests.</summary>
internal sealed class Connection
{
    private readonly ConnectionRegistry _registry;

    public Connection(ConnectionRegistry registry, ConnectionSettings settings, string botId, Workspace workspace, string token)
    {
        _registry = registry;
        Name = settings.Name;
        BotName = settings.BotName ?? settings.Name;
        Owner = settings.Owner;
        BotId = botId;
        Workspace = workspace;
        Capabilities = settings.Capabilities;
        ShowsEmail = settings.ShowsEmail;
        Plan = settings.Plan;
        Token = token;
        Window = new FixedWindow(settings.Limit ?? PlanLimit);
    }

    public string Name { get; }

    /// <summary>Its name for people and in responses.</summary>
    public string BotName { get; }

    /// <summary>Who consented to it; null when it is the workspace's own.</summary>
    public Person? Owner { get; }

    public string BotId { get; }

    public Workspace Workspace { get; }

    public string WorkspaceId => Workspace.Id;

    /// <summary>Every connection of the workspace, this one among them, in the order in which they came.</summary>
    public IEnumerable<Connection> OfSameWorkspace => _registry.Where(other => other.Workspace == Workspace);

    public Capabilities Capabilities { get; set; }

    public bool ShowsEmail { get; set; }

    public Plan Plan { get; set; }

    /// <summary>The newest token; it stays readable after it was revoked.</summary>
    public string Token { get; private set; }

    /// <summary>Every request is refused with <c>public_api_request_blocked</c>, for good.</summary>
    public bool IsBlocked { get; set; }

    public RequestLimit Limit
    {
        get => Window.Limit;
        set => Window.Limit = value;
    }

    /// <summary>The limit that comes with the plan.</summary>
    public RequestLimit PlanLimit => Plan is Plan.Business or Plan.Enterprise ? RequestLimit.Business : RequestLimit.Standard;

    /// <summary>How many requests came when.</summary>
    public FixedWindow Window { get; }

    public long MaxUploadBytes => Plan == Plan.Free ? 5L * 1024 * 1024 : 5L * 1024 * 1024 * 1024;

    /// <summary>Gives the connection a new token, as a developer does in the developer portal; returns it.</summary>
    public string Rotate(OldToken old = OldToken.DiesAtOnce, string? newToken = null)
    {
        if (old == OldToken.DiesAtOnce)
        {
            Revoke();
        }

        return Issue(newToken);
    }

    /// <summary>One more token, in addition to those that it has; returns it.</summary>
    public string Issue(string? newToken, DateTimeOffset? expires = null) => Token = _registry.Issue(this, newToken, expires);

    /// <summary>Ends every token of the connection: from now on they answer 401.</summary>
    public void Revoke() => _registry.RevokeAll(this);

    public bool May(Capabilities needed) => (Capabilities & needed) == needed;
}
