using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Recording;
using NotionSandbox.Requests;
using NotionSandbox.State;

namespace NotionSandbox.Control;

/// <summary>The part of the control plane that shows what was received.</summary>
internal sealed class RecordControls(SandboxState sandbox)
{
    private const int DefaultLimit = 100;

    public IEnumerable<ControlRoute> Routes =>
    [
        new("GET", "received", List),
        new("DELETE", "received", Clear),
        new("PATCH", "received", Change),
    ];

    private JsonObject List(ControlCall call)
    {
        var limit = int.TryParse(call.Query["limit"], CultureInfo.InvariantCulture, out var number) ? number : DefaultLimit;
        var wanted = sandbox.Received.All.Where(request => Matches(request, call.Query)).TakeLast(limit);
        return new JsonObject
        {
            ["total"] = sandbox.Received.Total,
            ["statuses"] = Statuses(),
            ["keeps_bodies"] = sandbox.Received.KeepsBodies,
            ["requests"] = new JsonArray([.. wanted.Select(Show)]),
        };
    }

    private JsonObject Clear(ControlCall call)
    {
        sandbox.Received.Clear();
        return new JsonObject { ["total"] = 0 };
    }

    private JsonObject Change(ControlCall call)
    {
        sandbox.Received.KeepsBodies = call.Body.Flag("keeps_bodies") ?? throw new ControlFault(400, "Write {\"keeps_bodies\": true} or false.");
        return new JsonObject { ["keeps_bodies"] = sandbox.Received.KeepsBodies };
    }

    private JsonObject Statuses()
    {
        var statuses = new JsonObject();
        foreach (var (status, count) in sandbox.Received.Statuses.OrderBy(pair => pair.Key))
        {
            statuses[status.ToString(CultureInfo.InvariantCulture)] = count;
        }

        return statuses;
    }

    private static bool Matches(ReceivedRequest request, TargetQuery query) =>
        (query["connection"] is not { } connection || request.Connection?.Name == connection)
        && (query["method"] is not { } method || request.Method == method)
        && (query["path"] is not { } path || request.Target.StartsWith(path, StringComparison.Ordinal))
        && (query["status"] is not { } status || request.Status?.ToString(CultureInfo.InvariantCulture) == status);

    private static JsonObject Show(ReceivedRequest request) => new()
    {
        ["number"] = request.Number,
        ["at"] = Timestamps.Exact(request.At),
        ["method"] = request.Method,
        ["target"] = request.Target,
        ["headers"] = new JsonArray([.. request.Headers.Select(header => new JsonArray(header.Key, header.Value))]),
        ["body"] = Encoding.UTF8.GetString(request.Body.Span),
        ["body_length"] = request.BodyLength,
        ["body_sha256"] = request.BodySha256,
        ["connection"] = request.Connection?.Name,
        ["token"] = request.Token,
        ["client_id"] = request.Client?.User,
        ["client_secret"] = request.Client?.Password,
        ["status"] = request.Status,
        ["request_id"] = request.Outcome?.RequestId,
        ["fault"] = request.Outcome?.Fault,
    };
}
