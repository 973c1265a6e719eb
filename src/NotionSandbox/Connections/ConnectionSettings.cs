using NotionSandbox.Limits;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Connections;

/// <summary>How a connection is set up: its name, its token, its workspace, what it may do and how often.</summary>
/// <param name="Name">The name that tests and the control plane know it by.</param>
internal sealed record ConnectionSettings(string Name)
{
    /// <summary>The connection that every sandbox starts with unless told otherwise.</summary>
    public const string DemoName = "demo";

    /// <summary>Its token: shaped like a real one, and so regular that no one takes it for a secret.</summary>
    public const string DemoToken = "ntn_00000000001DemoDemoDemoDemoDemoDemoDemoDemo001";

    /// <summary>Where a connection lives that names no workspace.</summary>
    public const string DemoWorkspace = "Demo workspace";

    public static ConnectionSettings Demo { get; } = new(DemoName) { Token = DemoToken };

    /// <summary>Any string; a fresh one of the real shape when absent.</summary>
    public string? Token { get; init; }

    /// <summary>When the token stops working; never when absent.</summary>
    public DateTimeOffset? TokenExpires { get; init; }

    /// <summary>The name of its bot; the connection's own when absent.</summary>
    public string? BotName { get; init; }

    /// <summary>The person who consented, for a bot that came by OAuth; the workspace owns it when absent.</summary>
    public Person? Owner { get; init; }

    /// <summary>Connections that name the same workspace share its content and its limit.</summary>
    public string Workspace { get; init; } = DemoWorkspace;

    public Capabilities Capabilities { get; init; } = Capabilities.All;

    /// <summary>Whether people's e-mail addresses are shown.</summary>
    public bool ShowsEmail { get; init; } = true;

    public Plan Plan { get; init; } = Plan.Plus;

    /// <summary>The plan's own limit when absent: 180 a minute, or 600 for Business and Enterprise.</summary>
    public RequestLimit? Limit { get; init; }
}
