using System.Buffers.Text;
using System.Security.Cryptography;
using NotionGateway.EndToEndTests.Observing;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Servers;
using NotionSandbox;
using NotionSandbox.Connections;
using NotionSandbox.Limits;

[assembly: AssemblyFixture(typeof(ObservedGateway))]

namespace NotionGateway.EndToEndTests.Observing;

/// <summary>
/// A gateway to which everything happens that dashboards and alerts are about, and a Prometheus that saw it. It happens once, when the
/// first test asks; tests read the result.
/// </summary>
public sealed class ObservedGateway : IAsyncDisposable
{
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(14);

    private readonly Lazy<Task<Observation>> _observation;
    private readonly List<IAsyncDisposable> _running = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("notion-gateway-observed-").FullName;

    public ObservedGateway() => _observation = new Lazy<Task<Observation>>(ObserveAsync);

    internal Task<Observation> Observation => _observation.Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var running in _running.AsEnumerable().Reverse())
        {
            await running.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Observation> ObserveAsync()
    {
        // Each connection in a workspace of its own, so that a pause of one workspace leaves the others alone.
        string[] names = ["mounted", "dying", "blocked", "busy"];
        var sandbox = Keep(await SandboxServer.StartAsync(new SandboxOptions
        {
            Connections = [ConnectionSettings.Demo, .. names.Select(name => new ConnectionSettings(name) { Workspace = name })],
            OAuthApps = [PublicConnections.Settings],
        }));
        foreach (var connection in sandbox.Connections)
        {
            connection.Limit = new RequestLimit(1_000_000, TimeSpan.FromSeconds(1));
        }

        var mounted = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(mounted, sandbox.Connections["mounted"].Token);
        var redis = Keep(await RedisServer.StartAsync());
        using var client = new HttpClient();
        using var grants = new PublicConnections(client, sandbox, _folder);
        var webhooks = new PostedEvents(new Uri($"http://127.0.0.1:{FreePort.Next()}"), sandbox.Connections["demo"]);
        var program = Keep(await RunningProgram.StartAsync([], [.. Environment(sandbox, mounted, redis), .. grants.Environment, .. webhooks.Environment]));
        client.BaseAddress = program.Data;
        var prometheus = Keep(await PrometheusServer.StartAsync(program.Management));
        await UntilAsync(prometheus, "notion_gateway_shared_state == 1");

        var from = TimeProvider.System.GetUtcNow();
        await Task.WhenAll(new EverydayAndTrouble(client, sandbox, mounted).RunAsync(Load), grants.RunAsync(), webhooks.RunAsync(client, Load));

        // The store of the shared budget is lost at the end; scraped and evaluated once more, so that this is there too.
        redis.Freeze();
        await UntilAsync(prometheus, "notion_gateway_shared_state == 0");
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        using var management = new HttpClient { BaseAddress = program.Management };
        return new Observation(prometheus, from, TimeProvider.System.GetUtcNow(), await management.GetStringAsync("/metrics"), program.Output);
    }

    private static (string Name, string Value)[] Environment(SandboxServer sandbox, string mounted, RedisServer redis) =>
    [
        ("NOTION_TOKEN", sandbox.Connections["demo"].Token),
        ("TOKEN_DYING", sandbox.Connections["dying"].Token),
        ("TOKEN_BLOCKED", sandbox.Connections["blocked"].Token),
        ("TOKEN_BUSY", sandbox.Connections["busy"].Token),
        ("Gateway__Forwarding__Upstream", sandbox.BaseUrl.GetLeftPart(UriPartial.Authority)),
        ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
        ("Gateway__Shared__Redis__Endpoints__0", redis.Endpoint),
        ("Gateway__Shared__Redis__Tls", "false"),
        ("Gateway__Shared__Redis__Timeout", "00:00:01"),
        ("Gateway__DrainDelay", "00:00:00"),
        .. RunningProgram.Unhurried,
        ("Gateway__FlowControl__Plans__Tiny__RatePerSecond", "5"),
        ("Gateway__FlowControl__Plans__Tiny__Burst", "1"),
        ("Gateway__FlowControl__Plans__Tiny__WindowLimit", "10"),
        ("Gateway__FlowControl__Plans__Tiny__Window", "00:00:02"),
        ("Gateway__FlowControl__MaxQueuedRequests", "8"),
        .. Credential("dying", ("Source", "Environment"), ("Variable", "TOKEN_DYING")),
        .. Credential("blocked", ("Source", "Environment"), ("Variable", "TOKEN_BLOCKED")),
        .. Credential("busy", ("Source", "Environment"), ("Variable", "TOKEN_BUSY"), ("Plan", "Tiny")),
        .. Credential("mounted", ("Source", "File"), ("Path", mounted)),
        .. Credential("lost", ("Source", "File"), ("Path", "/no/such/token")),
        .. Caller("crm", ("Credential", "default"), ("Permissions__0", "all"), ("Permissions__1", $"oauth:{PublicConnections.App}"),
            ("Credentials__0", "mounted"), ("Credentials__1", "dying"), ("Credentials__2", "blocked"), ("Credentials__3", "lost")),
        .. Caller("wiki", ("Credential", "default")),
        .. Caller("etl", ("Credential", "busy"), ("Permissions__0", "all"), ("Weight", "3")),
        .. Caller("reports", ("Credential", "busy"), ("Permissions__0", "all")),
        .. Caller("hasty", ("Credential", "busy"), ("Permissions__0", "all"), ("MaxWait", "00:00:00.200")),
        .. Caller("reader", ("Credential", "mounted"), ("Cache", "short")),
        ("Gateway__Caching__Policies__short__Ttl", "00:00:01"),
        ("Gateway__Caching__PerReplica", "true"),
        ("Gateway__Access__Issuers__corp__Issuers__0", "https://corp.example"),
        ("Gateway__Access__Issuers__corp__Audiences__0", "notion-gateway"),
        ("Gateway__Access__Issuers__corp__KeysFile", KeysOfIssuer(Path.GetDirectoryName(mounted)!)),
        .. Caller("retired", ("Credential", "default"), ("Disabled", "true")),
    ];

    private static string KeysOfIssuer(string folder)
    {
        using var key = RSA.Create(2048);
        var values = key.ExportParameters(includePrivateParameters: false);
        var (modulus, exponent) = (Base64Url.EncodeToString(values.Modulus), Base64Url.EncodeToString(values.Exponent));
        var path = Path.Combine(folder, "keys.json");
        File.WriteAllText(path, $$"""{"keys":[{"kty":"RSA","kid":"one","use":"sig","n":"{{modulus}}","e":"{{exponent}}"}]}""");
        return path;
    }

    private static IEnumerable<(string Name, string Value)> Credential(string name, params (string Key, string Value)[] settings) =>
        settings.Select(setting => ($"Gateway__Credentials__{name}__{setting.Key}", setting.Value));

    private static IEnumerable<(string Name, string Value)> Caller(string name, params (string Key, string Value)[] settings) =>
        [($"Gateway__Access__Callers__{name}__KeyHashes__0", KeyDigest.Of(EverydayAndTrouble.KeyOf(name)).ToString()),
            .. settings.Select(setting => ($"Gateway__Access__Callers__{name}__{setting.Key}", setting.Value))];

    private static Task UntilAsync(PrometheusServer prometheus, string expression) => SafetyNet.UntilAsync(
        async () => (await prometheus.AtAsync(expression, TimeProvider.System.GetUtcNow())).Count > 0,
        () => $"Prometheus has not found: {expression}");

    private T Keep<T>(T running) where T : IAsyncDisposable
    {
        _running.Add(running);
        return running;
    }
}

/// <summary>The result when everything has happened: a Prometheus to ask, the span, and the metrics page and the log at its end.</summary>
internal sealed record Observation(PrometheusServer Prometheus, DateTimeOffset From, DateTimeOffset To, string MetricsPage, string Log)
{
    /// <summary>The expression over the span, or at its end.</summary>
    public Task<IReadOnlyList<Series>> AskAsync(string expression, bool instant = false)
    {
        var filled = Dashboard.Filled(expression, To - From);
        return instant ? Prometheus.AtAsync(filled, To) : Prometheus.RangeAsync(filled, From, To);
    }
}
