using NotionGateway.Access;
using NotionGateway.Settings;
using NotionSandbox;
using NotionSandbox.Connections;

namespace NotionGateway.Hosting;

/// <summary>
/// <c>--sandbox</c>: the operator's own configuration with a pretend Notion behind it. Every credential keeps its name and
/// gets a token of the sandbox instead of its own; no real token is read, and nothing leaves the machine.
/// </summary>
internal sealed class SandboxMode : IAsyncDisposable
{
    /// <summary>The same on every machine, so that examples can be pasted; it opens nothing but pretend data on loopback.</summary>
    public const string DemoKey = "ngw_DemoKeyForTheSandboxOnly0000000000000000001";

    public const string DemoCaller = "demo";

    private readonly SandboxServer _server;

    private SandboxMode(SandboxServer server, SettingsSource source) => (_server, Source) = (server, source);

    /// <summary>The configuration to run with.</summary>
    public SettingsSource Source { get; }

    public static async Task<SandboxMode> StartAsync(IProcessEnvironment environment, string? configFile, CancellationToken cancellationToken)
    {
        // What is wrong here is found again, and told, when the result is read.
        var configured = new SettingsSource(environment, configFile).Load(new SettingErrors());
        var names = configured.GetSection("Gateway:Credentials").GetChildren().Select(child => child.Key).Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
        {
            names.Add(CredentialName.Default.Value);
        }

        var server = await SandboxServer.StartAsync(new SandboxOptions(), cancellationToken);
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        var overrides = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (index, name) in names.Index())
        {
            var variable = $"NOTION_SANDBOX_TOKEN_{index}";
            tokens[variable] = index == 0 ? ConnectionSettings.DemoToken : server.AddConnection(name).Token;
            Override(overrides, $"Gateway:Credentials:{name}", ("Source", "Environment"), ("Variable", variable), ("Path", ""), ("VaultUri", ""), ("SecretName", ""));
        }

        Override(overrides, "Gateway:Forwarding", ("Upstream", server.BaseUrl.GetLeftPart(UriPartial.Authority)), ("AllowInsecureUpstream", "true"), ("Proxy", ""));
        Override(overrides, $"Gateway:Access:Callers:{DemoCaller}", ($"KeyHashes:{DemoCaller}", KeyDigest.Of(DemoKey).ToString()), ("Grants:0", "all"), ("Credential", names[0]));
        Default(overrides, configured, "Gateway:DrainDelay", "00:00:00", unlessOtherThan: null);
        Default(overrides, configured, "Kestrel:Endpoints:Data:Url", "http://127.0.0.1:8080", unlessOtherThan: "http://*:8080");
        Default(overrides, configured, "Kestrel:Endpoints:Management:Url", "http://127.0.0.1:8081", unlessOtherThan: "http://*:8081");
        return new SandboxMode(server, new SettingsSource(new SandboxEnvironment(environment, tokens), configFile, overrides));
    }

    /// <summary>What to paste, for whoever has just started it.</summary>
    public static void Greet(TextWriter output, Uri data)
    {
        var address = data.GetLeftPart(UriPartial.Authority);
        output.WriteLine($"""

            Notion Gateway with a pretend Notion behind it; nothing here reaches notion.com. Try:

              curl {address}/v1/users/me -H 'Authorization: Bearer {DemoKey}'

              import {"{"} Client {"}"} from "@notionhq/client"
              const notion = new Client({"{"} auth: "{DemoKey}", baseUrl: "{address}" {"}"})
              console.log(await notion.search({"{"}{"}"}))

            Ctrl+C ends it.

            """);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

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

        public string? Get(string name) => tokens.GetValueOrDefault(name) ?? (name == EnvironmentShortcuts.NotionToken ? null : real.Get(name));
    }
}
