using NotionGateway.Access;
using NotionGateway.Hosting.Listeners;
using NotionSandbox;
using NotionSandbox.Connections;

namespace NotionGateway.Hosting.Demo;

/// <summary>
/// The made-up callers of <c>--sandbox --busy</c>: a busy one, two that share its connection, one with a connection of its own, and one whose
/// token Notion refuses after a while. Their keys are new with every start and are printed nowhere.
/// </summary>
internal sealed class DemoCallers(string credential) : IAsyncDisposable
{
    public const string Batch = "batch";
    public const string Crm = "crm";
    public const string Mobile = "mobile";
    public const string Reports = "reports";
    public const string Importer = "old-import";

    private const string Finance = "finance";
    private const string Legacy = "legacy";

    private static readonly (string Name, string[] Permissions, string? Credential, string Weight)[] All =
    [
        (Batch, ["all"], null, "1"),
        (Crm, ["all"], null, "2"),
        (Mobile, ["read"], null, "1"),
        (Reports, ["read"], Finance, "1"),
        (Importer, ["read"], Legacy, "1"),
    ];

    private readonly CancellationTokenSource _end = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Dictionary<string, string> _keys = All.ToDictionary(caller => caller.Name, _ => GatewayKey.New(), StringComparer.Ordinal);
    private Connection? _legacy;
    private Task _traffic = Task.CompletedTask;

    /// <summary>Adds them, and the credentials of their own, to the configuration of the sandbox.</summary>
    public void Configure(SandboxServer notion, Dictionary<string, string?> settings, Dictionary<string, string> variables)
    {
        _legacy = notion.AddConnection(Legacy);
        AddCredential(Finance, notion.AddConnection(Finance).Token);
        AddCredential(Legacy, _legacy.Token);
        foreach (var (name, permissions, own, weight) in All)
        {
            var path = $"Gateway:Access:Callers:{name}";
            settings[$"{path}:KeyHashes:demo"] = KeyDigest.Of(_keys[name]).ToString();
            settings[$"{path}:Credential"] = own ?? credential;
            settings[$"{path}:Weight"] = weight;
            settings[$"{path}:Permissions:0"] = permissions[0];
        }

        void AddCredential(string name, string token)
        {
            var variable = $"NOTION_SANDBOX_TOKEN_{name.ToUpperInvariant()}";
            variables[variable] = token;
            settings[$"Gateway:Credentials:{name}:Source"] = "Environment";
            settings[$"Gateway:Credentials:{name}:Variable"] = variable;
        }
    }

    /// <summary>From now on they send requests.</summary>
    public void Start(IReadOnlyList<(Listener Listener, string Url)> listeners, TimeProvider time, Random random)
    {
        _client.BaseAddress = ListenerRules.LocalAddress(listeners.First(open => open.Listener == Listener.Data).Url);
        _traffic = new DemoTraffic(_client, _keys, () => _legacy?.Revoke(), time, random).RunAsync(_end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _traffic;
        _client.Dispose();
        _end.Dispose();
    }
}
