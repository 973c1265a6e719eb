using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Connections;
using NotionSandbox.Limits;

namespace NotionGateway.IntegrationTests.Promises;

/// <summary>
/// Promise 4: Notion never sees more than its limit in any 60-second window from one process, or from N with Replicas=N;
/// after the first window at least 98 % of the budget is used while requests wait.
/// </summary>
public sealed class P04_Notion_never_sees_more_than_its_limit
{
    private const int Limit = 100;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    // Generous, since a busy machine delays and bunches requests more than any network does.
    private static readonly TimeSpan WindowMargin = TimeSpan.FromSeconds(0.3);
    private static readonly TimeSpan Span = Window + WindowMargin;

    [Fact]
    public async Task Wherever_Notions_windows_begin_each_is_kept_and_used()
    {
        var phases = new[] { 0.0, 0.5, 1.1, 1.9 };
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions
        {
            Connections =
                [.. phases.Select((phase, index) => Connection($"c{index}") with { Limit = new RequestLimit(Limit, Window, TimeSpan.FromSeconds(phase)) })],
        });
        await using var gateway = await TestGateway.StartAsync(sandbox.BaseUrl, setup =>
        {
            foreach (var index in Enumerable.Range(0, phases.Length))
            {
                setup.Credential($"c{index}", sandbox.Connections[$"c{index}"].Token);
            }

            setup.Limit(Limit, Window.TotalSeconds, WindowMargin.TotalSeconds).Caller(The.Caller, The.Key, credential: "c0", credentials: ["c1", "c2", "c3"]);
        });

        var loads = phases.Select((_, index) => new Saturation(gateway, workers: 15, $"c{index}")).ToArray();
        await UntilUsedAsync(gateway, sandbox, windows: 3, connections: phases.Length);
        foreach (var load in loads)
        {
            await load.DisposeAsync();
            Assert.Equal(["200"], load.Kinds);
        }

        Assert.All(Enumerable.Range(0, phases.Length), index => AssertKept(sandbox, $"c{index}"));
        Assert.All(Enumerable.Range(0, phases.Length), index => AssertUsed(sandbox, $"c{index}"));
        Assert.Empty(gateway.Logs.Named("LimitedByNotion"));
    }

    [Fact]
    public async Task Two_processes_that_know_of_each_other_keep_it_together()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Connections = [Connection("c0")] });
        await using var one = await StartAsync(sandbox, setup => setup.Flow("Replicas", "2"));
        await using var two = await StartAsync(sandbox, setup => setup.Flow("Replicas", "2"));

        await using (var first = new Saturation(one, workers: 15))
        await using (var second = new Saturation(two, workers: 15))
        {
            await UntilUsedAsync(one, sandbox, windows: 3);
            Assert.Equal(["200"], first.Kinds.Union(second.Kinds));
        }

        AssertKept(sandbox, "c0");
        AssertUsed(sandbox, "c0");
        Assert.Equal(Limit / 2, one.Gauge("notion_gateway.window.limit"));
        Assert.InRange(one.Gauge("notion_gateway.window.used"), Limit / 4, Limit / 2);
    }

    [Fact]
    public async Task Two_credentials_of_one_connection_keep_its_limit_together()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Connections = [Connection("c0")] });
        var old = sandbox.Connections["c0"].Token;
        var fresh = sandbox.Connections["c0"].Rotate(OldToken.KeepsWorking);
        await using var gateway = await TestGateway.StartAsync(sandbox.BaseUrl, setup => setup
            .Credential("old", old, probe: true).Credential("fresh", fresh, probe: true)
            .Limit(Limit, Window.TotalSeconds, WindowMargin.TotalSeconds).Caller(The.Caller, The.Key, credential: "old", credentials: ["fresh"]));

        await using (var first = new Saturation(gateway, workers: 15, "old"))
        await using (var second = new Saturation(gateway, workers: 15, "fresh"))
        {
            await UntilUsedAsync(gateway, sandbox, windows: 2);
            Assert.Equal(["200"], first.Kinds.Union(second.Kinds));
        }

        AssertKept(sandbox, "c0");
        Assert.Single(gateway.Logs.Named("SharedConnection"));
    }

    [Fact]
    public async Task A_quiet_while_earns_a_burst_and_no_more()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Connections = [Connection("c0")] });
        await using var gateway = await StartAsync(sandbox, setup => setup.Setting("Gateway:FlowControl:Plans:Standard:Burst", "60"));
        Assert.Equal(200, (await gateway.GetAsync()).Status());
        var first = TimeProvider.System.GetTimestamp();
        await gateway.UntilAsync(() => TimeProvider.System.GetElapsedTime(first) > Span * 1.5, "the first window to pass");

        await using (var load = new Saturation(gateway, workers: 80))
        {
            await UntilUsedAsync(gateway, sandbox, windows: 2);
            Assert.Equal(["200"], load.Kinds);
        }

        AssertKept(sandbox, "c0");
        var burst = sandbox.Received.All[1].At + TimeSpan.FromSeconds(0.4);
        Assert.InRange(sandbox.Received.All.Skip(1).Count(request => request.At < burst), 50, Limit - 1);
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Notions_own_numbers_are_kept_and_used_over_whole_minutes()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Connections = [ConnectionSettings.Demo] });
        await using var gateway = await TestGateway.StartAsync(sandbox.BaseUrl, setup => setup
            .Credential("default", ConnectionSettings.DemoToken).Limit(180, 60, 0.5).Setting("Gateway:FlowControl:Plans:Standard:RatePerSecond", "3"));
        var started = TimeProvider.System.GetTimestamp();
        await using (var load = new Saturation(gateway, workers: 30))
        {
            while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(190))
            {
                await Task.Delay(500);
            }

            Assert.Equal(["200"], load.Kinds);
        }

        Assert.InRange(sandbox.Windows["demo"].PeakInAnySpan, 170, 180);
        Assert.InRange(Saturation.ShareOf(sandbox.Received.All, 180, TimeSpan.FromSeconds(60.5)), 0.98, 1);
    }

    private static ConnectionSettings Connection(string name) => new(name) { Limit = new RequestLimit(Limit, Window), Workspace = name };

    private static Task<TestGateway> StartAsync(SandboxServer sandbox, Action<GatewaySetup> more) => TestGateway.StartAsync(sandbox.BaseUrl, setup =>
    {
        setup.Credential("default", sandbox.Connections["c0"].Token).Limit(Limit, Window.TotalSeconds, WindowMargin.TotalSeconds);
        more(setup);
    });

    /// <summary>Waits until this number of windows have been filled, and a little more.</summary>
    private static async Task UntilUsedAsync(TestGateway gateway, SandboxServer sandbox, int windows, int connections = 1)
    {
        var enough = sandbox.Received.Total + ((windows * Limit) + 10) * connections;
        await gateway.UntilAsync(() => sandbox.Received.Total >= enough, $"{enough} requests");
    }

    private static void AssertKept(SandboxServer sandbox, string connection)
    {
        var windows = sandbox.Windows[connection];
        Assert.InRange(windows.PeakInAnySpan, Limit / 2, Limit);
        Assert.DoesNotContain(windows.All, window => window.Refused > 0);
    }

    // A busy machine costs a noticeable part of a window this short; the 98 % are checked against whole minutes above.
    private static void AssertUsed(SandboxServer sandbox, string connection) => Assert.InRange(
        Saturation.ShareOf(sandbox.Received.All.Where(request => request.Connection?.Name == connection), Limit, Span), 0.9, 1.01);
}
