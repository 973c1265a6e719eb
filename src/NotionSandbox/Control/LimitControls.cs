using System.Text.Json.Nodes;
using NotionSandbox.Connections;
using NotionSandbox.Json;
using NotionSandbox.Limits;
using NotionSandbox.State;

namespace NotionSandbox.Control;

/// <summary>The part of the control plane that sets limits and shows what they counted.</summary>
internal sealed class LimitControls(SandboxState sandbox)
{
    public IEnumerable<ControlRoute> Routes =>
    [
        new("GET", "windows", _ => List()),
        new("DELETE", "windows", _ => Clear()),
        new("PUT", "limits", Set),
    ];

    public static JsonObject Show(RequestLimit limit) => new()
    {
        ["size"] = limit.Size,
        ["window_seconds"] = limit.Window.TotalSeconds,
        ["phase_seconds"] = limit.Phase.TotalSeconds,
    };

    private JsonObject List()
    {
        var shown = new JsonObject();
        foreach (var connection in sandbox.Connections)
        {
            shown[connection.Name] = Show(connection);
        }

        return shown;
    }

    private JsonObject Clear()
    {
        sandbox.Windows.Clear();
        return List();
    }

    private JsonObject Set(ControlCall call)
    {
        var connection = call.Body.Text("connection") is { } name ? sandbox.Connections[name] : null;
        var limit = Read(call.Body, connection?.Limit ?? RequestLimit.Standard);
        sandbox.Windows.CountRefused = call.Body.Flag("count_refused") ?? sandbox.Windows.CountRefused;
        if (call.Body.Text("workspace") is { } workspace)
        {
            sandbox.Windows.LimitWorkspace(workspace, limit);
        }
        else if (connection is not null && call.Body.Text("path") is { } template)
        {
            sandbox.Windows.LimitEndpoint(connection, call.Body.Text("method") ?? "GET", template, limit);
        }
        else if (connection is not null)
        {
            connection.Limit = limit ?? connection.PlanLimit;
        }
        else if (!call.Body.ContainsKey("count_refused"))
        {
            throw new ControlFault(400, "Write whose limit it is: a \"connection\" by name or a \"workspace\" by id.");
        }

        return List();
    }

    /// <summary>A size of null takes a limit away.</summary>
    private static RequestLimit? Read(JsonObject body, RequestLimit before)
    {
        if (body.ContainsKey("size") && body["size"] is null)
        {
            return null;
        }

        var limit = new RequestLimit(
            (int)(body["size"].Number() ?? before.Size),
            body["window_seconds"].Number() is { } window ? TimeSpan.FromSeconds(window) : before.Window,
            body["phase_seconds"].Number() is { } phase ? TimeSpan.FromSeconds(phase) : before.Phase);
        return limit.Window > TimeSpan.Zero ? limit : throw new ControlFault(400, "A window is longer than nothing.");
    }

    private static JsonObject Show(Connection connection) => new()
    {
        ["limit"] = Show(connection.Limit),
        ["max_in_one_window"] = connection.Window.Max,
        ["peak_in_any_span"] = connection.Window.PeakInAnySpan,
        ["windows"] = new JsonArray([.. connection.Window.All.Select(window => new JsonObject
        {
            ["start"] = Timestamps.Exact(window.Start),
            ["arrived"] = window.Arrived,
            ["admitted"] = window.Admitted,
            ["refused"] = window.Refused,
        })]),
    };
}
