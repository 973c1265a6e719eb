using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Store;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Operator;

/// <summary>A gateway with an operator, two OAuth apps and a store that the test can look into.</summary>
internal sealed class OperatorScene : IAsyncDisposable
{
    /// <summary>The operator's name in audit lines.</summary>
    public static readonly string Who = KeyDigest.Of(The.OperatorKey).ToString()[7..15];

    private readonly RecordingUpstream _upstream = new();

    private OperatorScene()
    {
    }

    public InMemoryGrantStore Store { get; } = new();

    public FakeGrantWorld World { get; } = new();

    public TestGateway Gateway { get; private set; } = null!;

    public RecordingUpstream Upstream => _upstream;

    public static async Task<OperatorScene> StartAsync(params string[] grants)
    {
        var scene = new OperatorScene();
        scene.Gateway = await TestGateway.StartAsync(scene._upstream.Address, setup => setup
            .Operator(The.OperatorKey).OAuthApp("crm").OAuthApp("sales")
            .Adjust(services => services
                .AddSingleton<IGrantStore>(scene.Store)
                .AddSingleton<IKeyRingStore>(scene.Store)
                .AddSingleton<IGrantRevoker>(scene.World)
                .AddSingleton<IGrantChanges>(scene.World)));

        // After the start, which looks whether grants have the key ring that they are sealed with.
        foreach (var grant in grants)
        {
            await scene.Store.AddAsync(Some.Grant(grant), CancellationToken.None);
        }

        return scene;
    }

    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    /// <summary>A request as bytes, with the operator's key; what comes until the connection closes.</summary>
    public async Task<RawResult> ExchangeAsync(Uri listener, string method, string target, string? key = The.OperatorKey, string headers = "", string body = "")
    {
        using var caller = new RawCaller(listener, Gateway.Canaries);
        return await caller.ExchangeAsync(
            $"{method} {target} HTTP/1.1\r\nHost: g\r\n{(key is null ? "" : $"Authorization: Bearer {key}\r\n")}{headers}Connection: close\r\n\r\n{body}");
    }

    /// <summary>The one audit line there is: operator, action, subject, outcome, status.</summary>
    public string OneAuditLine() => AuditLines().Single();

    public IEnumerable<string> AuditLines() => Gateway.Logs.Named("Audit").Select(line =>
        string.Join(" | ", line.Values["Who"], line.Values["Action"], line.Values["Subject"], line.Values["Outcome"], line.Values["Status"]));

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }
}
