using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using NotionSandbox;
using NotionSandbox.OAuth;

namespace NotionGateway.IntegrationTests.Sandbox.OAuth;

/// <summary>A sandbox of a test's own, and an app that speaks to its OAuth endpoints.</summary>
internal sealed class AppVisit : IAsyncDisposable
{
    public const string Callback = OAuthAppSettings.DemoRedirectUri;

    private AppVisit(Visit visit) => Visit = visit;

    public Visit Visit { get; }

    public AuthorizationServer OAuth => Visit.Sandbox.OAuth;

    public OAuthApp App => OAuth.Apps["Demo app"];

    public static async Task<AppVisit> StartAsync(SandboxOptions? options = null) => new(await Visit.StartAsync(options));

    /// <summary>An authorize URL as an app makes it; what is null is left out.</summary>
    public static string AuthorizeUrl(
        string? redirectUri = Callback, string? state = "s", string? responseType = "code", string? owner = "user",
        string? clientId = OAuthAppSettings.DemoClientId) =>
        "/v1/oauth/authorize?" + string.Join('&', new[]
            {
                ("client_id", clientId), ("redirect_uri", redirectUri), ("response_type", responseType), ("owner", owner), ("state", state),
            }
            .Where(pair => pair.Item2 is not null).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}"));

    public Task<Reply> ExchangeAsync(string? code, string? redirectUri = null, OAuthApp? app = null)
    {
        var body = new JsonObject { ["grant_type"] = "authorization_code", ["code"] = code };
        if (redirectUri is not null)
        {
            body["redirect_uri"] = redirectUri;
        }

        return TokenAsync(body, app);
    }

    public Task<Reply> RefreshAsync(string? refreshToken, OAuthApp? app = null) =>
        TokenAsync(new JsonObject { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken }, app);

    public Task<Reply> TokenAsync(JsonNode body, OAuthApp? app = null) => PostAsync("/v1/oauth/token", body, app);

    public Task<Reply> IntrospectAsync(string token, OAuthApp? app = null) => PostAsync("/v1/oauth/introspect", new JsonObject { ["token"] = token }, app);

    public Task<Reply> RevokeAsync(string token, OAuthApp? app = null) => PostAsync("/v1/oauth/revoke", new JsonObject { ["token"] = token }, app);

    public async Task<bool> IsActiveAsync(string token) => (bool)(await IntrospectAsync(token)).Done()["active"]!;

    public async Task<bool> WorksAsync(string accessToken) => (await MeAsync(accessToken)).Status == 200;

    public Task<Reply> MeAsync(string accessToken) => Visit.GetAsync("/v1/users/me", accessToken);

    /// <summary>A pair for somebody who consented without a browser.</summary>
    public async Task<Pair> ConnectAsync(Consenter? by = null, OAuthApp? app = null) =>
        Pair.Of(await ExchangeAsync(OAuth.Consent(app, by: by), app: app));

    public Task<Reply> PostAsync(string target, JsonNode body, OAuthApp? app = null) =>
        SendAsync(target, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), Basic((app ?? App).ClientId, (app ?? App).ClientSecret));

    public async Task<Reply> SendAsync(string target, HttpContent content, AuthenticationHeaderValue? authorization)
    {
        using (content)
        {
            return await Visit.SendContentAsync(HttpMethod.Post, target, content, authorization);
        }
    }

    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    public ValueTask DisposeAsync() => Visit.DisposeAsync();
}

/// <summary>What the token endpoint answered.</summary>
internal sealed record Pair(string Access, string? Refresh, string BotId)
{
    public static Pair Of(Reply reply)
    {
        var json = reply.Done();
        return new((string)json["access_token"]!, (string?)json["refresh_token"], (string)json["bot_id"]!);
    }
}
