using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.State;
using NotionSandbox.Webhooks;

namespace NotionSandbox.Control;

/// <summary>The part of the control plane that stands for the webhooks page of the developer portal.</summary>
internal sealed class WebhookControls(SandboxState sandbox)
{
    public IEnumerable<ControlRoute> Routes =>
    [
        new("GET", "webhooks", _ => List()),
        new("POST", "webhooks", Add),
        new("DELETE", "webhooks", _ => Clear()),
    ];

    private JsonObject List() => new()
    {
        ["subscriptions"] = new JsonArray([.. sandbox.Webhooks.All.Select(Show)]),
        ["delivered"] = sandbox.Webhooks.Delivered,
    };

    private JsonObject Add(ControlCall call)
    {
        var url = call.Body.Text("url") is { } text && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.IsLoopback
            ? address
            : throw new ControlFault(400, "Write the \"url\" that events go to; it must be on this machine.");
        return Show(sandbox.Webhooks.Add(call.Body.Text("connection") ?? sandbox.Connections.First().Name, url, plain => plain with
        {
            Late = TimeSpan.FromMilliseconds(call.Body["late_ms"].Number() ?? 0),
            Doubled = call.Body.Flag("doubled") ?? false,
            OutOfOrder = call.Body.Flag("out_of_order") ?? false,
            LosesEvery = (int)(call.Body["loses_every"].Number() ?? 0),
        }));
    }

    private JsonObject Clear()
    {
        sandbox.Webhooks.Clear();
        return List();
    }

    private static JsonObject Show(Subscription subscription) => new()
    {
        ["number"] = subscription.Number,
        ["connection"] = subscription.Connection,
        ["url"] = subscription.Url.ToString(),
        ["token"] = subscription.Token,
        ["late_ms"] = subscription.Late.TotalMilliseconds,
        ["doubled"] = subscription.Doubled,
        ["out_of_order"] = subscription.OutOfOrder,
        ["loses_every"] = subscription.LosesEvery,
    };
}
