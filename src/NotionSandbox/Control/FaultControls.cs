using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NotionSandbox.Faults;
using NotionSandbox.State;

namespace NotionSandbox.Control;

/// <summary>The part of the control plane that makes things go wrong.</summary>
internal sealed class FaultControls(SandboxState sandbox)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowOutOfOrderMetadataProperties = true,
    };

    public IEnumerable<ControlRoute> Routes =>
    [
        new("GET", "faults", _ => List()),
        new("POST", "faults", Add),
        new("DELETE", "faults", _ => Clear()),
        new("DELETE", "faults/*", Remove),
    ];

    private JsonArray List() => new([.. sandbox.Faults.All.Select(Show)]);

    private JsonObject Add(ControlCall call)
    {
        var rule = call.Body.Deserialize<FaultRule>(Options) ?? new FaultRule();
        return rule.Fault is null && rule.DelayMs == 0
            ? throw new ControlFault(400, "Write what goes wrong, {\"fault\": {\"kind\": \"…\"}}, or a \"delay_ms\".")
            : Show(sandbox.Faults.Add(rule));
    }

    private JsonArray Clear()
    {
        sandbox.Faults.Clear();
        return List();
    }

    private JsonArray Remove(ControlCall call) =>
        int.TryParse(call.Values[0], CultureInfo.InvariantCulture, out var number) && sandbox.Faults.Remove(number)
            ? List()
            : throw new ControlFault(404, $"There is no fault {call.Values[0]}.");

    private static JsonObject Show(ActiveFault fault) => new()
    {
        ["number"] = fault.Number,
        ["matched"] = fault.Matched,
        ["struck"] = fault.Struck,
        ["rule"] = JsonSerializer.SerializeToNode(fault.Rule, Options),
    };
}
