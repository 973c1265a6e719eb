using NotionGateway.Hosting.Demo;
using NotionGateway.Settings;
using NotionSandbox;
using NotionSandbox.Connections;

namespace NotionGateway.Hosting;

/// <summary>
/// <c>--sandbox</c>: the operator's own configuration with a Notion sandbox behind it. Every credential keeps its name and
/// gets a token of the sandbox instead of its own; no real token is read, and nothing leaves the machine. Listeners are on loopback; in a
/// container, whose loopback is unreachable from outside, on all of its addresses.
/// </summary>
internal sealed class SandboxMode : IAsyncDisposable
{
    /// <summary>The same on every machine, so that examples can be pasted; it opens nothing but sandbox data on loopback.</summary>
    public const string DemoKey = "ngw_DemoKeyForTheSandboxOnly0000000000000000001";

    public const string DemoCaller = "demo";

    private const int NotionPort = 8084;

    private readonly SandboxServer _server;

    private readonly string _folder;

    private SandboxMode(SandboxServer server, string folder, string token, SettingsSource source) =>
        (_server, _folder, Token, Source) = (server, folder, token, source);

    /// <summary>A token of the demo issuer, for the caller that has no key.</summary>
    public string Token { get; }

    /// <summary>The made-up callers; null if it is not busy.</summary>
    public DemoCallers? Demo { get; private init; }

    /// <summary>The configuration to run with.</summary>
    public SettingsSource Source { get; }

    /// <param name="environment">The operator's environment.</param>
    /// <param name="configFile">The operator's own configuration, if there is one.</param>
    /// <param name="isBusy">Whether made-up callers send requests as long as it runs.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<SandboxMode> StartAsync(
        IProcessEnvironment environment, string? configFile, bool isBusy, CancellationToken cancellationToken)
    {
        var folder = CreateFolder();

        // Errors here are found again, and reported, when the result is read.
        var configured = new SettingsSource(environment, configFile).Load(new SettingErrors());
        var names = configured.GetSection("Gateway:Credentials").GetChildren().Select(child => child.Key).Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
        {
            names.Add(CredentialName.Default.Value);
        }

        var inContainer = environment.Get("DOTNET_RUNNING_IN_CONTAINER") == "true";
        var host = inContainer ? "*" : "127.0.0.1";
        var server = await StartNotionAsync(inContainer, cancellationToken);
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        var overrides = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (index, name) in names.Index())
        {
            var variable = $"NOTION_SANDBOX_TOKEN_{index}";
            tokens[variable] = index == 0 ? ConnectionSettings.DemoToken : server.AddConnection(name).Token;
            Override(
                overrides,
                $"Gateway:Credentials:{name}",
                ("Source", "Environment"),
                ("Variable", variable),
                ("Path", ""),
                ("VaultUri", ""),
                ("SecretName", ""));
        }

        Override(
            overrides,
            "Gateway:Forwarding",
            ("Upstream", server.BaseUrl.GetLeftPart(UriPartial.Authority)),
            ("AllowInsecureUpstream", "true"),
            ("Proxy", ""));
        Override(
            overrides,
            $"Gateway:Access:Callers:{DemoCaller}",
            ($"KeyHashes:{DemoCaller}", KeyDigest.Of(DemoKey).ToString()),
            ("Permissions:0", "all"),
            ("Credential", names[0]));
        var token = DemoIssuer.Create(names[0], folder, overrides, TimeProvider.System.GetUtcNow());
        var demo = isBusy ? new DemoCallers(names[0]) : null;
        demo?.Configure(server, overrides, tokens);
        Default(overrides, configured, "Gateway:DrainDelay", "00:00:00", unlessOtherThan: null);
        Default(overrides, configured, "Kestrel:Endpoints:Data:Url", $"http://{host}:8080", unlessOtherThan: "http://*:8080");
        Default(overrides, configured, "Kestrel:Endpoints:Management:Url", $"http://{host}:8081", unlessOtherThan: "http://*:8081");
        var oauth = SandboxOAuth.Create(server, configured, host, folder);
        oauth.Overrides.ToList().ForEach(pair => overrides[pair.Key] = pair.Value);
        oauth.Variables.ToList().ForEach(pair => tokens[pair.Key] = pair.Value);
        return new SandboxMode(
            server, folder, token, new SettingsSource(new SandboxEnvironment(environment, tokens), configFile, overrides, isSandbox: true))
        {
            Demo = demo,
        };
    }

    /// <summary>Where the Notion sandbox listens: for its consent page and its switches.</summary>
    public Uri Notion => _server.BaseUrl;

    public async ValueTask DisposeAsync()
    {
        await (Demo?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>For the grants and the keys of the demo issuer; deleted when the program ends.</summary>
    /// <exception cref="StartRefusedException">Nothing can be written there.</exception>
    private static string CreateFolder()
    {
        try
        {
            return Directory.CreateTempSubdirectory("notion-gateway-sandbox-").FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                $"--sandbox keeps its grants in a temporary folder, and none can be created in {Path.GetTempPath()}. "
                + "In a container whose file system is read-only, mount one: --tmpfs /tmp", exception);
        }
    }

    /// <summary>At its usual port if that is free, so that a container can publish it.</summary>
    private static async Task<SandboxServer> StartNotionAsync(bool inContainer, CancellationToken cancellationToken)
    {
        try
        {
            return await SandboxServer.StartAsync(new SandboxOptions { Port = NotionPort, OnAllAddresses = inContainer }, cancellationToken);
        }
        catch (IOException)
        {
            return await SandboxServer.StartAsync(new SandboxOptions { OnAllAddresses = inContainer }, cancellationToken);
        }
    }

    private static void Override(Dictionary<string, string?> overrides, string section, params (string Key, string Value)[] settings)
    {
        foreach (var (key, value) in settings)
        {
            overrides[$"{section}:{key}"] = value;
        }
    }

    /// <summary>A value for what the operator has left as it is shipped.</summary>
    private static void Default(Dictionary<string, string?> overrides, IConfiguration configured, string path, string value, string? unlessOtherThan)
    {
        if (configured[path] is null || configured[path] == unlessOtherThan)
        {
            overrides[path] = value;
        }
    }

    /// <summary>The environment without the real token, and with the sandbox's.</summary>
    private sealed class SandboxEnvironment(IProcessEnvironment real, IReadOnlyDictionary<string, string> tokens) : IProcessEnvironment
    {
        public IEnumerable<KeyValuePair<string, string>> All => real.All.Where(pair => pair.Key != EnvironmentShortcuts.NotionToken);

        public bool AtTerminal => real.AtTerminal;

        public string? Get(string name) => tokens.GetValueOrDefault(name) ?? (name == EnvironmentShortcuts.NotionToken ? null : real.Get(name));
    }
}
