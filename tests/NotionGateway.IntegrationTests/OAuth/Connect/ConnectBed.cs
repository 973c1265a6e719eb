using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Access;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;
using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.OAuth;

namespace NotionGateway.IntegrationTests.OAuth.Connect;

/// <summary>
/// A gateway whose connect listener people reach at a public address, and a Notion sandbox that sends them back there. When it
/// is disposed, no log line, metric or response may hold a link, a state, a code, a token or the client's secret.
/// </summary>
internal sealed class ConnectBed : IAsyncDisposable
{
    public const string PublicUrl = "https://connect.example.com";
    public const string App = "crm";

    private readonly string _folder = Directory.CreateTempSubdirectory("notion-gateway-connect-").FullName;
    private readonly List<string> _unspoken = [];
    private GatewaySetup _setup = null!;

    private ConnectBed(SandboxServer notion) => Notion = notion;

    public SandboxServer Notion { get; }

    public TestGateway Gateway { get; private set; } = null!;

    public ShiftedTime Time { get; } = new();

    public IGrantStore Store => Gateway.Services.GetRequiredService<IGrantStore>();

    public int Exchanges => Notion.OAuth.Calls.Exchange;

    /// <summary>What is logged of each request to the listener, newest last.</summary>
    public IEnumerable<string> Outcomes => Gateway.Logs.Named("ConnectRequest").Select(line => (string)line.Values["Outcome"]!);

    public static async Task<ConnectBed> StartAsync(string publicUrl = PublicUrl, Action<GatewaySetup>? configure = null)
    {
        var bed = new ConnectBed(await SandboxServer.StartAsync(new SandboxOptions
        {
            OAuthApps = [new OAuthAppSettings("CRM") { RedirectUris = [$"{publicUrl}/callback"] }],
        }));
        var app = bed.Notion.OAuth.Apps["CRM"];
        bed.Gateway = await TestGateway.StartAsync(bed.Notion.BaseUrl, setup =>
        {
            bed._setup = setup
                .Credential("default", NotionSandbox.Connections.ConnectionSettings.DemoToken)
                .Caller(The.Caller, The.Key, ["all"], credentials: [$"{App}/*"])
                .PublicConnection(App, app.ClientId, app.ClientSecret, Path.Combine(bed._folder, "grants.db"))
                .Setting("Gateway:OAuth:PublicUrl", publicUrl)
                .Adjust(services => services.AddSingleton<TimeProvider>(bed.Time));
            configure?.Invoke(setup);
        });
        return bed;
    }

    /// <summary>A link as an operator makes it; what comes back is its secret.</summary>
    public async Task<string> LinkAsync(string name = $"{App}/acme", TimeSpan? life = null)
    {
        var secret = Unspoken(GatewayKey.NewSecret());
        await Store.AddLinkAsync(
            new ConnectLink(KeyDigest.Of(secret), new CredentialName(name), Time.GetUtcNow() + (life ?? TimeSpan.FromDays(1))), CancellationToken.None);
        return secret;
    }

    public Browser Browser() => new(this);

    /// <summary>Something that no log may hold, though an address may.</summary>
    public string Unspoken(string secret)
    {
        _unspoken.Add(secret);
        return secret;
    }

    public Task<Grant?> GrantAsync(string name = $"{App}/acme") => Store.FindAsync(new CredentialName(name), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (var secret in Notion.OAuth.Secrets)
        {
            _setup.Canaries.Guard(secret, "a secret of OAuth");
        }

        await Gateway.DisposeAsync();
        Assert.All(
            Gateway.Logs.Lines,
            line => Assert.DoesNotContain(_unspoken, secret => $"{line} {string.Join(' ', line.Values.Values)}".Contains(secret, StringComparison.Ordinal)));
        await Notion.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
