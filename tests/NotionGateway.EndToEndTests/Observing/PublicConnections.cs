using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Faults;
using NotionSandbox.OAuth;

namespace NotionGateway.EndToEndTests.Observing;

/// <summary>
/// The same for grants: people connect, an application exchanges codes, tokens end, one grant is lost, and the store does not take a pair for a while.
/// </summary>
internal sealed class PublicConnections(HttpClient data, SandboxServer sandbox, string folder) : IDisposable
{
    public const string App = "crm";

    private const string RedirectUri = "https://crm.example.com/notion/callback";

    /// <summary>Longer than the store waits for another program's lock, and longer than it takes to see that it did not get it.</summary>
    private static readonly TimeSpan Locked = TimeSpan.FromSeconds(7);

    private readonly Uri _connect = new($"http://127.0.0.1:{FreePort.Next()}");
    private readonly Uri _operator = new($"http://127.0.0.1:{FreePort.Next()}");
    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private string StorePath => Path.Combine(folder, "grants.db");

    private OAuthApp Registered => sandbox.OAuth.Apps[App];

    public static OAuthAppSettings Settings { get; } = new(App) { RedirectUris = [RedirectUri] };

    public IEnumerable<(string Name, string Value)> Environment
    {
        get
        {
            Registered.RedirectUris = [RedirectUri, new Uri(_connect, "/callback").AbsoluteUri];
            return
            [
                ("CLIENT_SECRET", Registered.ClientSecret),
                ("ENCRYPTION_KEY", The.EncryptionKey),
                ($"Gateway__OAuth__Apps__{App}__ClientId", Registered.ClientId),
                ($"Gateway__OAuth__Apps__{App}__ClientSecret__Source", "Environment"),
                ($"Gateway__OAuth__Apps__{App}__ClientSecret__Variable", "CLIENT_SECRET"),
                ($"Gateway__OAuth__Apps__{App}__RedirectUris__0", RedirectUri),
                ("Gateway__OAuth__PublicUrl", _connect.GetLeftPart(UriPartial.Authority)),
                ("Gateway__OAuth__Store__Path", StorePath),
                ("Gateway__OAuth__EncryptionKey__Source", "Environment"),
                ("Gateway__OAuth__EncryptionKey__Variable", "ENCRYPTION_KEY"),
                ("Gateway__Operator__KeyHashes__0", KeyDigest.Of(EverydayAndTrouble.KeyOf("operator")).ToString()),
                ("Kestrel__Endpoints__Connect__Url", _connect.GetLeftPart(UriPartial.Authority)),
                ("Kestrel__Endpoints__Operator__Url", _operator.GetLeftPart(UriPartial.Authority)),
            ];
        }
    }

    /// <summary>Renewing fails before it succeeds for the first time: an alert is about failures without any success.</summary>
    public async Task RunAsync()
    {
        string[] workspaces = ["acme", "bolt", "core", "dune"];
        var keys = new List<string>();
        foreach (var workspace in workspaces)
        {
            keys.Add(await ExchangeAsync(sandbox.OAuth.Consent(Registered, RedirectUri, sandbox.OAuth.Consenters.Find(workspace: workspace))));
        }

        await ComeBackAsync("emma", address => sandbox.OAuth.Allow(address, sandbox.OAuth.Consenters.Find(workspace: "emma")));
        await ComeBackAsync("finn", sandbox.OAuth.Cancel);
        var secret = Registered.ClientSecret;
        Registered.ClientSecret = "secret_AnotherOneThatTheGatewayDoesNotHaveYet00001";
        sandbox.OAuth.ExpireAccessTokens();
        foreach (var key in keys)
        {
            await CallAsync(key);
        }

        // After a failure the token endpoint is left alone for a moment.
        Registered.ClientSecret = secret;
        await Task.Delay(TimeSpan.FromSeconds(3.5));
        await CallAsync(keys[0]);
        sandbox.OAuth.Revoke(sandbox.OAuth.Grants[1]);
        await CallAsync(keys[1]);
        await CallAsync(keys[1]);
        await FailToStoreAsync(keys[2]);
        await CallAsync(keys[2]);
    }

    public void Dispose() => _browser.Dispose();

    private async Task FailToStoreAsync(string key)
    {
        await using var other = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = StorePath, Pooling = false }.ToString());
        await other.OpenAsync();

        // While nothing can be written, no pair is bought: the file is locked when Notion has issued one.
        var (hold, before) = (new HoldFault { Before = false }, sandbox.OAuth.Calls.Rotation);
        sandbox.Faults.Add(new FaultRule { Path = "/v1/oauth/token", Fault = hold, Times = 1 });
        var call = CallAsync(key);
        await SafetyNet.UntilAsync(() => sandbox.OAuth.Calls.Rotation != before, () => "Notion was not asked for a new pair.");

        await using var transaction = other.BeginTransaction();
        hold.Release();
        await Task.Delay(Locked);
        await transaction.RollbackAsync();
        await call;
    }

    private async Task CallAsync(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/users/me")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };
        using var response = await data.SendAsync(request);
    }

    /// <summary>What an application does with a code.</summary>
    private async Task<string> ExchangeAsync(string code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/oauth/token")
        {
            Content = JsonContent.Create(new { grant_type = "authorization_code", code, redirect_uri = RedirectUri }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{App}:{EverydayAndTrouble.KeyOf("crm")}")));
        using var response = await data.SendAsync(request);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!["access_token"]!.GetValue<string>();
    }

    /// <summary>What a browser does with a link, and a person at Notion.</summary>
    private async Task ComeBackAsync(string name, Func<string, string> decide)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Post, new Uri(_operator, "/operator/v1/connect-links"))
        {
            Content = JsonContent.Create(new { app = App, name }),
        };
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", EverydayAndTrouble.KeyOf("operator"));
        using var link = await _browser.SendAsync(ask);
        using var press = new HttpRequestMessage(HttpMethod.Post, JsonNode.Parse(await link.Content.ReadAsStringAsync())!["url"]!.GetValue<string>());
        press.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var sent = await _browser.SendAsync(press);
        using var back = new HttpRequestMessage(HttpMethod.Get, decide(sent.Headers.Location!.OriginalString));
        back.Headers.Add("Cookie", sent.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        using var response = await _browser.SendAsync(back);
    }
}
