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

    private static readonly TimeSpan WindowMargin = TimeSpan.FromSeconds(0.3);
    private static readonly TimeSpan Span = Window + WindowMargin;

    [Fact]
    public async Task Wherever_Notions_windows_begin_each_is_kept_and_used()
    {
        var phases = new[] { 0.0, 0.5, 1.1, 1.9 };
        var clock = new TestClock();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions
        {
            TimeProvider = clock,
            Connections =
                [.. phases.Select((phase, index) => Connection($"c{index}") with { Limit = new RequestLimit(Limit, Window, TimeSpan.FromSeconds(phase)) })],
        });
        await using var gateway = await TestGateway.StartAsync(sandbox.BaseUrl, setup =>
        {
            foreach (var index in Enumerable.Range(0, phases.Length))
            {
                setup.Credential($"c{index}", sandbox.Connections[$"c{index}"].Token);
            }

            setup.OnFakeTime(clock).Limit(Limit, Window.TotalSeconds, WindowMargin.TotalSeconds)
                .Caller(The.Caller, The.Key, credential: "c0", credentials: ["c1", "c2", "c3"]);
        });

        var loads = phases.Select((_, index) => new Saturation(gateway, workers: 15, $"c{index}")).ToArray();
        await UntilUsedAsync(clock, windows: 4, loads);
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
        var clock = new TestClock();
        await using var sandbox = await StartNotionAsync(clock);
        await using var one = await StartAsync(sandbox, clock, setup => setup.Flow("Replicas", "2"));
        await using var two = await StartAsync(sandbox, clock, setup => setup.Flow("Replicas", "2"));

        await using (var first = new Saturation(one, workers: 15))
        await using (var second = new Saturation(two, workers: 15))
        {
            await UntilUsedAsync(clock, windows: 4, first, second);
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
        var clock = new TestClock();
        await using var sandbox = await StartNotionAsync(clock);
        var old = sandbox.Connections["c0"].Token;
        var fresh = sandbox.Connections["c0"].Rotate(OldToken.KeepsWorking);
        await using var gateway = await TestGateway.StartAsync(sandbox.BaseUrl, setup => setup
            .OnFakeTime(clock).Credential("old", old, probe: true).Credential("fresh", fresh, probe: true)
            .Limit(Limit, Window.TotalSeconds, WindowMargin.TotalSeconds).Caller(The.Caller, The.Key, credential: "old", credentials: ["fresh"]));

        await using (var first = new Saturation(gateway, workers: 15, "old"))
        await using (var second = new Saturation(gateway, workers: 15, "fresh"))
        {
            await UntilUsedAsync(clock, windows: 3, first, second);
            Assert.Equal(["200"], first.Kinds.Union(second.Kinds));
        }

        AssertKept(sandbox, "c0");
        Assert.Single(gateway.Logs.Named("SharedConnection"));
    }

    [Fact]
    public async Task A_quiet_while_earns_a_burst_and_no_more()
    {
        var clock = new TestClock();
        await using var sandbox = await StartNotionAsync(clock);
        await using var gateway = await StartAsync(sandbox, clock, setup => setup.Setting("Gateway:FlowControl:Plans:Standard:Burst", "60"));
        Assert.Equal(200, (await gateway.GetAsync()).Status());
        clock.Advance(Span * 1.5);

        await using (var load = new Saturation(gateway, workers: 80))
        {
            await UntilUsedAsync(clock, windows: 3, load);
            Assert.Equal(["200"], load.Kinds);
        }

        AssertKept(sandbox, "c0");
        var burst = sandbox.Received.All[1].At + TimeSpan.FromSeconds(0.4);
        Assert.InRange(sandbox.Received.All.Skip(1).Count(request => request.At < burst), 50, Limit - 1);
    }

    [Fact]
    public async Task Notions_own_numbers_are_kept_and_used_over_whole_minutes()
    {
        var clock = new TestClock();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Connections = [ConnectionSettings.Demo], TimeProvider = clock });
        await using var gateway = await TestGateway.StartAsync(sandbox.BaseUrl, setup => setup
            .OnFakeTime(clock).Credential("default", ConnectionSettings.DemoToken)
            .Limit(180, 60, 0.5).Setting("Gateway:FlowControl:Plans:Standard:RatePerSecond", "3"));
        await using (var load = new Saturation(gateway, workers: 30))
        {
            await Saturation.AdvanceAsync(clock, () => clock.Elapsed >= TimeSpan.FromSeconds(250), load);
            Assert.Equal(["200"], load.Kinds);
        }

        Assert.InRange(sandbox.Windows["demo"].PeakInAnySpan, 170, 180);
        Assert.InRange(Saturation.ShareOf(sandbox.Received.All, 180, TimeSpan.FromSeconds(60.5)), 0.98, 1);
    }

    private static ConnectionSettings Connection(string name) => new(name) { Limit = new RequestLimit(Limit, Window), Workspace = name };

    private static Task<SandboxServer> StartNotionAsync(TestClock clock) =>
        SandboxServer.StartAsync(new SandboxOptions { Connections = [Connection("c0")], TimeProvider = clock });

    private static Task<TestGateway> StartAsync(
        SandboxServer sandbox, TestClock clock, Action<GatewaySetup> more) => TestGateway.StartAsync(sandbox.BaseUrl, setup =>
    {
        setup.OnFakeTime(clock).Credential("default", sandbox.Connections["c0"].Token).Limit(Limit, Window.TotalSeconds, WindowMargin.TotalSeconds);
        more(setup);
    });

    /// <summary>Lets this number of windows pass under load.</summary>
    private static Task UntilUsedAsync(TestClock clock, int windows, params Saturation[] loads)
    {
        var end = clock.Elapsed + (Span * windows);
        return Saturation.AdvanceAsync(clock, () => clock.Elapsed >= end, loads);
    }

    private static void AssertKept(SandboxServer sandbox, string connection)
    {
        var windows = sandbox.Windows[connection];
        Assert.InRange(windows.PeakInAnySpan, Limit / 2, Limit);
        Assert.DoesNotContain(windows.All, window => window.Refused > 0);
    }

    // In a window this short one permit is a whole per cent, and more are lost to the steps of the clock; whole minutes are checked above.
    private static void AssertUsed(SandboxServer sandbox, string connection) => Assert.InRange(
        Saturation.ShareOf(sandbox.Received.All.Where(request => request.Connection?.Name == connection), Limit, Span), 0.9, 1.01);
}
