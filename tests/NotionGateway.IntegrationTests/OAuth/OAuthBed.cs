using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Limits;
using NotionSandbox.OAuth;

namespace NotionGateway.IntegrationTests.OAuth;

/// <summary>
/// A pretend Notion with one public connection, and gateways in front of it that share one file of grants. Whatever secret the
/// pretend Notion has ever had must not appear in anything that the gateways showed.
/// </summary>
internal sealed class OAuthBed : IAsyncDisposable
{
    public const string App = "crm";
    public const string RedirectUri = "https://crm.example.com/notion/back";

    private readonly string _folder = Directory.CreateTempSubdirectory("notion-gateway-oauth-").FullName;
    private readonly List<(GatewaySetup Setup, TestGateway Gateway)> _gateways = [];

    private OAuthBed(SandboxServer notion) => Notion = notion;

    public SandboxServer Notion { get; }

    public OAuthApp NotionApp => Notion.OAuth.Apps["CRM"];

    public string StorePath => Path.Combine(_folder, "grants.db");

    /// <param name="limit">What Notion allows each bot in a minute, for tests that call more often than 180 times.</param>
    public static async Task<OAuthBed> StartAsync(SandboxOptions? options = null, int? limit = null) => new(await SandboxServer.StartAsync(
        (options ?? new SandboxOptions()) with
        {
            OAuthApps =
            [
                new OAuthAppSettings("CRM")
                {
                    RedirectUris = [RedirectUri, "http://127.0.0.1:8083/callback"],
                    Limit = limit is { } most ? new RequestLimit(most, TimeSpan.FromMinutes(1)) : null,
                },
            ],
        }));

    /// <summary>A gateway with the app, whose caller may do everything, OAuth included.</summary>
    public async Task<TestGateway> GatewayAsync(Action<GatewaySetup>? configure = null)
    {
        GatewaySetup? setup = null;
        var gateway = await TestGateway.StartAsync(Notion.BaseUrl, wanted =>
        {
            setup = wanted
                .Credential("default", NotionSandbox.Connections.ConnectionSettings.DemoToken)
                .Caller(The.Caller, The.Key, ["all", $"oauth:{App}"], credential: "default", credentials: [$"{App}/*"])
                .Caller("other", The.OtherKey, ["all"])
                .PublicConnection(App, NotionApp.ClientId, NotionApp.ClientSecret, StorePath, RedirectUri);
            configure?.Invoke(wanted);
        });
        _gateways.Add((setup!, gateway));
        return gateway;
    }

    /// <summary>What an application does with a code: buys its "tokens" from the gateway.</summary>
    public async Task<JsonObject> ConnectAsync(TestGateway gateway, Consenter? by = null)
    {
        var code = Notion.OAuth.Consent(NotionApp, RedirectUri, by);
        var (status, response) = await PostAsync(gateway, "token", new { grant_type = "authorization_code", code, redirect_uri = RedirectUri });
        Assert.True(status == 200, response.ToJsonString());
        return response;
    }

    /// <summary>A call of the gateway's OAuth endpoints as the SDK makes it: Basic with the app's name and the gateway key.</summary>
    public static async Task<(int Status, JsonObject Answer)> PostAsync(TestGateway gateway, string what, object body, string app = App, string key = The.Key)
    {
        using var client = gateway.Client(key: null);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{app}:{key}")));
        var response = await client.PostAsJsonAsync($"/v1/oauth/{what}", body);
        return ((int)response.StatusCode, (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>Who Notion says the key is.</summary>
    public static async Task<(int Status, JsonNode Answer)> WhoAmIAsync(TestGateway gateway, string key, string? credential = null)
    {
        using var client = gateway.Client(key);
        if (credential is not null)
        {
            client.DefaultRequestHeaders.Add("Notion-Gateway-Credential", credential);
        }

        var response = await client.GetAsync("/v1/users/me");
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (setup, gateway) in _gateways)
        {
            foreach (var secret in Notion.OAuth.Secrets)
            {
                setup.Canaries.Guard(secret, "a secret of OAuth");
            }

            await gateway.DisposeAsync();
        }

        await Notion.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
