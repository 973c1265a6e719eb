using System.Net;
using System.Net.Sockets;
using NotionGateway.Access;
using NotionGateway.Hosting.Listeners;
using NotionSandbox;
using NotionSandbox.OAuth;

namespace NotionGateway.Hosting;

/// <summary>
/// The public connections of <c>--sandbox</c>: the operator's own apps, or one called <c>demo</c>, registered with the Notion sandbox.
/// </summary>
internal sealed class SandboxOAuth
{
    /// <summary>The same on every machine, like the demo key of callers: it administers sandbox grants on loopback.</summary>
    public const string DemoOperatorKey = "ngw_DemoOperatorKeyForTheSandboxOnly00000000001";

    public const string DemoApp = "demo";

    private const string EncryptionKeyVariable = "NOTION_SANDBOX_ENCRYPTION_KEY";

    /// <summary>What replaces the operator's settings and variables.</summary>
    public Dictionary<string, string?> Overrides { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public static SandboxOAuth Create(SandboxServer notion, IConfiguration configured, string host, string folder)
    {
        var oauth = new SandboxOAuth();
        var connect = configured["Kestrel:Endpoints:Connect:Url"] is { Length: > 0 } url ? url : $"http://{host}:{FreePort(8083)}";
        var publicUrl = ListenerRules.LocalAddress(connect).GetLeftPart(UriPartial.Authority);
        oauth.Set("Kestrel:Endpoints:Connect:Url", connect);
        var manage = configured["Kestrel:Endpoints:Operator:Url"] is { Length: > 0 } own ? own : $"http://{host}:{FreePort(8082)}";
        oauth.Set("Kestrel:Endpoints:Operator:Url", manage);
        oauth.Set("Gateway:Operator:KeyHashes:sandbox", KeyDigest.Of(DemoOperatorKey).ToString());
        oauth.Set("Gateway:OAuth:PublicUrl", publicUrl);
        oauth.Set("Gateway:OAuth:Store:Path", Path.Combine(folder, "grants.db"));
        oauth.Secret("Gateway:OAuth:EncryptionKey", EncryptionKeyVariable, GatewayKey.NewSecret());
        var apps = configured.GetSection("Gateway:OAuth:Apps").GetChildren().Select(app => app.Key).DefaultIfEmpty(DemoApp).Order(StringComparer.Ordinal);
        foreach (var (index, name) in apps.Index())
        {
            oauth.Register(notion, configured, name, index, $"{publicUrl}/callback");
        }

        return oauth;
    }

    private void Register(SandboxServer notion, IConfiguration configured, string name, int index, string callback)
    {
        var app = index == 0 ? notion.OAuth.Apps.First() : notion.OAuth.Apps.Add(new OAuthAppSettings(name));
        var path = $"Gateway:OAuth:Apps:{name}";
        var redirects = configured.GetSection($"{path}:RedirectUris").GetChildren()
            .Select(uri => uri.Value)
            .OfType<string>()
            .DefaultIfEmpty(OAuthAppSettings.DemoRedirectUri)
            .ToList();
        app.RedirectUris = [.. redirects, callback];
        Set($"{path}:ClientId", app.ClientId);
        Secret($"{path}:ClientSecret", $"NOTION_SANDBOX_CLIENT_SECRET_{index}", app.ClientSecret);
        foreach (var (at, uri) in redirects.Index())
        {
            Set($"{path}:RedirectUris:{at}", uri);
        }

        Set($"Gateway:Access:Callers:{SandboxMode.DemoCaller}:Permissions:{index + 1}", $"oauth:{name}");
        Set($"Gateway:Access:Callers:{SandboxMode.DemoCaller}:Credentials:{index}", $"{name}/*");
    }

    /// <summary>A secret that a variable of our own holds, whatever source the operator has configured.</summary>
    private void Secret(string path, string variable, string value)
    {
        (Overrides[$"{path}:Source"], Overrides[$"{path}:Variable"]) = ("Environment", variable);
        (Overrides[$"{path}:Path"], Overrides[$"{path}:VaultUri"], Overrides[$"{path}:SecretName"]) = ("", "", "");
        Variables[variable] = value;
    }

    private void Set(string path, string value) => Overrides[path] = value;

    /// <summary>The wanted port, or any that is free: another sandbox may already be running.</summary>
    private static int FreePort(int wanted)
    {
        foreach (var port in new[] { wanted, 0 })
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException) when (port != 0)
            {
                // Taken: any other will do.
            }
        }

        return 0;
    }
}
