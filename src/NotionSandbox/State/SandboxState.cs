using NotionSandbox.Connections;
using NotionSandbox.Faults;
using NotionSandbox.OAuth;
using NotionSandbox.Recording;
using NotionSandbox.Webhooks;
using NotionSandbox.Workspaces;

namespace NotionSandbox.State;

/// <summary>Everything that a running sandbox knows and that can be watched and steered while it runs.</summary>
internal sealed class SandboxState
{
    /// <summary>Where it listens, once it does.</summary>
    public Uri BaseUrl { get; set; } = new("http://127.0.0.1");

    public required WorkspaceDirectory Workspaces { get; init; }

    public required ConnectionRegistry Connections { get; init; }

    public required WindowBook Windows { get; init; }

    public required Recorder Received { get; init; }

    public required FaultBook Faults { get; init; }

    public required AuthorizationServer OAuth { get; init; }

    public required WebhookBook Webhooks { get; init; }

    /// <summary>Back to the beginning: content, faults, counts and records. Connections, apps, their tokens and limits stay.</summary>
    public void Reset()
    {
        Workspaces.Reset();
        Faults.Clear();
        Windows.Clear();
        OAuth.Calls.Clear();
        Received.Clear();
    }
}
