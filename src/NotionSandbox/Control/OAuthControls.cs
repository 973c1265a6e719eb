using System.Text.Json;
using System.Text.Json.Nodes;
using NotionSandbox.Connections;
using NotionSandbox.Json;
using NotionSandbox.OAuth;
using NotionSandbox.Requests;
using NotionSandbox.State;

namespace NotionSandbox.Control;

/// <summary>The part of the control plane that does what developers of public connections do, and the people who consent to them.</summary>
internal sealed class OAuthControls(SandboxState sandbox)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    private AuthorizationServer OAuth => sandbox.OAuth;

    public IEnumerable<ControlRoute> Routes =>
    [
        new("GET", "oauth", _ => Overview()),
        new("PATCH", "oauth", Behave),
        new("POST", "oauth/apps", AddApp),
        new("PATCH", "oauth/apps/*", ChangeApp),
        new("POST", "oauth/people", AddPerson),
        new("POST", "oauth/consent", Consent),
        new("GET", "oauth/grants", _ => new JsonArray([.. OAuth.Grants.Select(Show)])),
        new("POST", "oauth/grants/*/revoke", Revoke),
        new("POST", "oauth/expire", Expire),
    ];

    private JsonObject Overview() => new()
    {
        ["apps"] = new JsonArray([.. OAuth.Apps.Select(Show)]),
        ["behaviour"] = JsonSerializer.SerializeToNode(OAuth.Behaviour, Options),
        ["consenters"] = new JsonArray([.. OAuth.Consenters.All.Select(Show)]),
        ["calls"] = JsonSerializer.SerializeToNode(OAuth.Calls, Options),
        ["grants"] = OAuth.Grants.Count,
        ["secrets"] = Texts(OAuth.Secrets),
    };

    private JsonObject Behave(ControlCall call)
    {
        var wanted = JsonSerializer.SerializeToNode(OAuth.Behaviour, Options)!.AsObject();
        foreach (var (name, value) in call.Body)
        {
            wanted[name] = value?.DeepClone();
        }

        OAuth.Behaviour = wanted.Deserialize<OAuthBehaviour>(Options)!;
        return Overview();
    }

    private JsonObject AddApp(ControlCall call)
    {
        var name = call.Body.Text("name") ?? throw new ControlFault(400, "Write the app's \"name\".");
        var settings = new OAuthAppSettings(name) { ClientId = call.Body.Text("client_id"), ClientSecret = call.Body.Text("client_secret") };
        var capabilities = call.Body.List("capabilities") is { } words ? CapabilityWords.Parse(words.Select(word => word.Text() ?? "")) : settings.Capabilities;
        return Show(Change(OAuth.Apps.Add(settings with { Capabilities = capabilities }), call.Body));
    }

    private JsonObject ChangeApp(ControlCall call) => Show(Change(OAuth.Apps[call.Values[0]], call.Body));

    private JsonObject AddPerson(ControlCall call) => Show(OAuth.Consenters.AddPerson(
        call.Body.Text("workspace") ?? throw new ControlFault(400, "Write the name of the \"workspace\"."),
        call.Body.Text("name") ?? throw new ControlFault(400, "Write the person's \"name\"."),
        call.Body.Text("email") ?? throw new ControlFault(400, "Write the person's \"email\".")));

    private JsonObject Consent(ControlCall call)
    {
        var by = OAuth.Consenters.Find(call.Body.Text("person"), call.Body.Text("workspace"));
        if (call.Body.Text("authorize_url") is not { } url)
        {
            var app = call.Body.Text("app") is { } name ? OAuth.Apps[name] : null;
            return new JsonObject { ["code"] = OAuth.Consent(app, call.Body.Text("redirect_uri"), by) };
        }

        var location = call.Body.Flag("cancel") == true ? OAuth.Cancel(url) : OAuth.Allow(url, by);
        return new JsonObject { ["code"] = new RequestTarget(location).Query["code"], ["location"] = location };
    }

    private JsonObject Revoke(ControlCall call)
    {
        var grant = OAuth.Grant(call.Values[0]);
        OAuth.Revoke(grant);
        return Show(grant);
    }

    private JsonObject Expire(ControlCall call) => new()
    {
        ["expired"] = call.Body.Text("token") is { } token ? (OAuth.ExpireAccessToken(token) ? 1 : 0)
            : call.Body.Text("bot_id") is { } botId ? OAuth.ExpireAccessTokens(OAuth.Grant(botId))
            : OAuth.ExpireAccessTokens(),
    };

    private static OAuthApp Change(OAuthApp app, JsonObject body)
    {
        if (body.Text("client_secret") is { } secret && secret != app.ClientSecret)
        {
            app.ClientSecret = secret;
        }

        app.RedirectUris = body.List("redirect_uris") is { } uris ? [.. uris.Select(uri => uri.Text() ?? "")] : app.RedirectUris;
        app.IsDisabled = body.Flag("disabled") ?? app.IsDisabled;
        if (body.TryGetPropertyValue("token_lifetime_seconds", out var seconds))
        {
            app.TokenLifetime = seconds.Number() is { } number ? TimeSpan.FromSeconds(number) : null;
        }

        return app;
    }

    private static JsonObject Show(OAuthApp app) => new()
    {
        ["name"] = app.Name,
        ["client_id"] = app.ClientId,
        ["client_secret"] = app.ClientSecret,
        ["redirect_uris"] = Texts(app.RedirectUris),
        ["token_lifetime_seconds"] = app.TokenLifetime?.TotalSeconds,
        ["disabled"] = app.IsDisabled,
    };

    private static JsonObject Show(Consenter consenter) => new()
    {
        ["person"] = consenter.Person.Name,
        ["email"] = consenter.Person.Email,
        ["person_id"] = consenter.Person.Id,
        ["workspace"] = consenter.Workspace.Name,
        ["workspace_id"] = consenter.Workspace.Id,
    };

    private JsonObject Show(OAuthGrant grant) => new()
    {
        ["bot_id"] = grant.BotId,
        ["app"] = grant.App.Name,
        ["person"] = grant.Owner.Name,
        ["workspace"] = grant.Connection.Workspace.Name,
        ["workspace_id"] = grant.Connection.WorkspaceId,
        ["connection"] = grant.Connection.Name,
        ["live_tokens"] = Texts(sandbox.Connections.TokensOf(grant.Connection)),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
