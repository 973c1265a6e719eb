using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.State;

namespace NotionSandbox.Control;

/// <summary>
/// Lets other programs watch and steer the sandbox over HTTP, under <c>/_sandbox</c>. What it answers is JSON, and what it refuses is
/// <c>{"error": "a sentence"}</c>.
/// <code>
/// GET    /_sandbox                             where it listens, its connections, how much it received
/// GET    /_sandbox/received                    requests; ?limit= &amp;connection= &amp;method= &amp;path= &amp;status= narrow it down
/// DELETE /_sandbox/received                    forget them
/// PATCH  /_sandbox/received                    {"keeps_bodies":false} for benchmarks
/// GET    /_sandbox/faults                      what is in force and how often it struck
/// POST   /_sandbox/faults                      add one: {"method","path","connection","token","skip","times","delay_ms","fault":{"kind",…}}
/// DELETE /_sandbox/faults, /_sandbox/faults/1  take all away, or one
/// GET    /_sandbox/windows                     how many requests of each connection came in which window; DELETE forgets
/// PUT    /_sandbox/limits                      {"connection"|"workspace", "method" and "path" for one endpoint, "size","window_seconds","phase_seconds"}
/// GET    /_sandbox/connections                 names, tokens, bot ids, limits; POST adds one
/// PATCH  /_sandbox/connections/demo            {"blocked","capabilities":[…],"shows_email","plan"}
/// POST   /_sandbox/connections/demo/rotate     {"old":"works"|"dies","token":"ntn_…"}
/// POST   /_sandbox/connections/demo/revoke     every token, or {"token":"ntn_…"}
/// GET    /_sandbox/oauth                       apps, behaviour, who may consent, how many calls came, every secret that was handed out
/// PATCH  /_sandbox/oauth                       {"error_dialect","gives_refresh_tokens","access_token_at_refresh":"dies"|"works","code_lifetime",…}
/// POST   /_sandbox/oauth/apps                  {"name","client_id","client_secret","redirect_uris":[…],"token_lifetime_seconds","capabilities":[…]}
/// PATCH  /_sandbox/oauth/apps/Demo%20app       {"client_secret","redirect_uris","token_lifetime_seconds","disabled"}; by name or client id
/// POST   /_sandbox/oauth/people                {"workspace","name","email"}: one more who may consent
/// POST   /_sandbox/oauth/consent               {"authorize_url"} or {"app","redirect_uri"}, "person","workspace","cancel": without a browser
/// GET    /_sandbox/oauth/grants                who opened what to which app
/// POST   /_sandbox/oauth/expire                access tokens die now: every one, those of a {"bot_id"}, or one {"token"}
/// POST   /_sandbox/oauth/grants/{bot_id}/revoke  every token of a grant
/// POST   /_sandbox/webhooks                    {"url","connection","late_ms","doubled","out_of_order","loses_every"}; its token is posted to the url
/// GET    /_sandbox/webhooks                    subscriptions with their tokens, how many deliveries were accepted; DELETE takes all away
/// POST   /_sandbox/reset                       content, faults, counts and records as in the beginning
/// </code>
/// </summary>
internal sealed class ControlPlane(SandboxState sandbox)
{
    public const string Prefix = "/_sandbox";

    private readonly IReadOnlyList<ControlRoute> _routes =
    [
        new("GET", "", _ => Overview(sandbox)),
        new("POST", "reset", _ => Reset(sandbox)),
        .. new RecordControls(sandbox).Routes,
        .. new FaultControls(sandbox).Routes,
        .. new LimitControls(sandbox).Routes,
        .. new ConnectionControls(sandbox).Routes,
        .. new OAuthControls(sandbox).Routes,
        .. new WebhookControls(sandbox).Routes,
    ];

    public static bool IsMeant(string target) => target.StartsWith(Prefix, StringComparison.Ordinal);

    public async Task AnswerAsync(HttpContext http, RequestTarget target)
    {
        var (status, answer) = await ObeyAsync(http, target);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        var bytes = Encoding.UTF8.GetBytes(JsonText.Of(answer) + "\n");
        http.Response.ContentLength = bytes.Length;
        await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted);
    }

    private async Task<(int Status, JsonNode Answer)> ObeyAsync(HttpContext http, RequestTarget target)
    {
        try
        {
            // Otherwise a web page in a user's browser could reach the sandbox under another host name.
            if (http.Request.Host.Host is not ("127.0.0.1" or "localhost" or "[::1]"))
            {
                throw new ControlFault(403, "The control plane answers to 127.0.0.1 and localhost only.");
            }

            var path = target.Segments.Skip(1).DefaultIfEmpty("").ToList();
            var route = _routes.FirstOrDefault(route => route.Matches(http.Request.Method, path))
                ?? throw new ControlFault(404, $"There is no {http.Request.Method} {target.Path}.");
            var body = await RequestBody.ReadAsync(http, RequestBody.MaxJson, hash: false);
            return (200, route.Handler(new ControlCall(route.Values(path), target.Query, JsonBody.Parse(body.Bytes))));
        }
        catch (ControlFault fault)
        {
            return (fault.Status, Error(fault.Message));
        }
        catch (Exception wrong) when (wrong is Refusal or JsonException or ArgumentException or KeyNotFoundException or InvalidOperationException)
        {
            return (400, Error(wrong.Message));
        }
    }

    private static JsonObject Error(string message) => new() { ["error"] = message };

    private static JsonObject Overview(SandboxState sandbox) => new()
    {
        ["base_url"] = sandbox.BaseUrl.GetLeftPart(UriPartial.Authority),
        ["connections"] = new JsonArray([.. sandbox.Connections.Select(connection => connection.Name)]),
        ["received"] = sandbox.Received.Total,
        ["faults"] = sandbox.Faults.All.Count,
    };

    private static JsonObject Reset(SandboxState sandbox)
    {
        sandbox.Reset();
        return Overview(sandbox);
    }
}
