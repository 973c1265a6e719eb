using System.Text.Json;
using System.Text.Json.Nodes;
using NotionSandbox.Connections;
using NotionSandbox.Json;
using NotionSandbox.State;

namespace NotionSandbox.Control;

/// <summary>The part of the control plane that does what people do in the developer portal: connections, tokens, capabilities.</summary>
internal sealed class ConnectionControls(SandboxState sandbox)
{
    public IEnumerable<ControlRoute> Routes =>
    [
        new("GET", "connections", _ => new JsonArray([.. sandbox.Connections.Select(Show)])),
        new("POST", "connections", Add),
        new("PATCH", "connections/*", Change),
        new("POST", "connections/*/rotate", Rotate),
        new("POST", "connections/*/revoke", Revoke),
    ];

    private JsonObject Add(ControlCall call)
    {
        var name = call.Body.Text("name") ?? throw new ControlFault(400, "Write the connection's \"name\".");
        var settings = new ConnectionSettings(name) { Token = call.Body.Text("token"), Plan = ReadPlan(call.Body) ?? Plan.Plus };
        return Show(Change(sandbox.Connections.Add(settings with { Workspace = call.Body.Text("workspace") ?? settings.Workspace }), call.Body));
    }

    private JsonObject Change(ControlCall call) => Show(Change(Find(call), call.Body));

    private JsonObject Rotate(ControlCall call)
    {
        var old = call.Body.Text("old") switch
        {
            null or "dies" => OldToken.DiesAtOnce,
            "works" => OldToken.KeepsWorking,
            var other => throw new ControlFault(400, $"The old token \"works\" or \"dies\"; it cannot \"{other}\"."),
        };
        var connection = Find(call);
        connection.Rotate(old, call.Body.Text("token"));
        return Show(connection);
    }

    private JsonObject Revoke(ControlCall call)
    {
        var connection = Find(call);
        if (call.Body.Text("token") is not { } token)
        {
            connection.Revoke();
        }
        else if (!sandbox.Connections.Revoke(token))
        {
            throw new ControlFault(404, "There is no such token.");
        }

        return Show(connection);
    }

    private Connection Find(ControlCall call) =>
        sandbox.Connections.Find(call.Values[0]) ?? throw new ControlFault(404, $"No connection is called '{call.Values[0]}'.");

    private static Connection Change(Connection connection, JsonObject body)
    {
        connection.IsBlocked = body.Flag("blocked") ?? connection.IsBlocked;
        connection.ShowsEmail = body.Flag("shows_email") ?? connection.ShowsEmail;
        connection.Plan = ReadPlan(body) ?? connection.Plan;
        if (body.List("capabilities") is { } capabilities)
        {
            connection.Capabilities = CapabilityWords.Parse(capabilities.Select(word => word.Text() ?? ""));
        }

        return connection;
    }

    private static Plan? ReadPlan(JsonObject body) => body.Text("plan") is { } plan ? Enum.Parse<Plan>(plan, ignoreCase: true) : null;

    private JsonObject Show(Connection connection) => new()
    {
        ["name"] = connection.Name,
        ["token"] = connection.Token,
        ["live_tokens"] = new JsonArray([.. sandbox.Connections.TokensOf(connection).Select(token => JsonValue.Create(token))]),
        ["bot_id"] = connection.BotId,
        ["workspace_id"] = connection.WorkspaceId,
        ["workspace"] = connection.Workspace.Name,
        ["capabilities"] = new JsonArray([.. CapabilityWords.Of(connection.Capabilities).Select(word => JsonValue.Create(word))]),
        ["shows_email"] = connection.ShowsEmail,
        ["plan"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(connection.Plan.ToString()),
        ["blocked"] = connection.IsBlocked,
        ["limit"] = LimitControls.Show(connection.Limit),
    };
}
