using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Connections;
using NotionSandbox.Limits;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>For a while two processes use one connection: what Notion sees then is bounded, and what it refuses is absorbed.</summary>
public sealed class OverlapTests
{
    private const int Limit = 60;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task In_a_rolling_update_callers_see_nothing_and_Notion_little_more_than_its_limit()
    {
        var clock = new TestClock();
        await using var sandbox = await StartNotionAsync(clock);
        await using var old = await StartAsync(
            sandbox, clock, setup => setup.Setting("Gateway:DrainDelay", "00:00:01").Setting("Gateway:ShutdownTimeout", "00:00:15"));
        var oldLoad = new Saturation(old, workers: 10);
        await Saturation.AdvanceAsync(clock, () => sandbox.Received.Total > Limit * 3 / 2, oldLoad);

        // The new one starts; when it is ready the old one is told to leave, and its callers move to the new one.
        await using var fresh = await StartAsync(sandbox, clock, _ => { });
        var stopping = old.StopAsync();
        await using var freshLoad = new Saturation(fresh, workers: 10);
        await Saturation.AdvanceAsync(clock, () => old.Logs.Named("Draining").Any(), oldLoad, freshLoad);
        await oldLoad.DisposeAsync();
        await clock.RunAsync(stopping);
        var before = freshLoad.Answers.Count;
        await Saturation.AdvanceAsync(clock, () => freshLoad.Answers.Count > before + Limit, freshLoad);

        Assert.Equal(["200"], oldLoad.Kinds.Union(freshLoad.Kinds));
        Assert.InRange(sandbox.Windows["demo"].Max, Limit / 2, Limit * 3 / 2);
    }

    [Fact]
    public async Task Two_full_loads_at_once_are_absorbed_while_one_of_them_leaves()
    {
        var clock = new TestClock();
        await using var sandbox = await StartNotionAsync(clock);
        await using var old = await StartAsync(
            sandbox, clock, setup => setup.Setting("Gateway:DrainDelay", "00:00:05").Setting("Gateway:ShutdownTimeout", "00:00:15"));
        await using var oldLoad = new Saturation(old, workers: 10);
        await Saturation.AdvanceAsync(clock, () => sandbox.Received.Total > Limit * 3 / 2, oldLoad);
        await using var fresh = await StartAsync(sandbox, clock, _ => { });
        var stopping = old.StopAsync();
        await using var freshLoad = new Saturation(fresh, workers: 10);
        var before = sandbox.Received.Total;
        await Saturation.AdvanceAsync(clock, () => sandbox.Received.Total > before + (Limit * 5 / 4), oldLoad, freshLoad);

        // The listener of the old one is still open.
        Assert.Equal(["200"], oldLoad.Kinds.Union(freshLoad.Kinds));
        await oldLoad.DisposeAsync();
        await clock.RunAsync(stopping);
        Assert.Equal(["200"], freshLoad.Kinds);
        Assert.InRange(sandbox.Windows["demo"].Max, Limit / 2, Limit * 3 / 2);
    }

    [Fact]
    public async Task A_process_that_was_killed_and_is_back_at_once_begins_without_a_burst()
    {
        var clock = new TestClock();
        await using var sandbox = await StartNotionAsync(clock);
        await using (var killed = await StartAsync(sandbox, clock, _ => { }))
        await using (var load = new Saturation(killed, workers: 10))
        {
            await Saturation.AdvanceAsync(clock, () => sandbox.Received.Total > Limit * 3 / 2, load);
        }

        await using var fresh = await StartAsync(sandbox, clock, setup => setup.Setting("Gateway:FlowControl:Plans:Standard:Burst", $"{Limit}"));
        var before = sandbox.Received.Total;
        await using var crowd = new Saturation(fresh, workers: 40);
        await Saturation.AdvanceAsync(clock, () => sandbox.Received.Total > before + Limit, crowd);

        Assert.Equal(["200"], crowd.Kinds);
        Assert.InRange(sandbox.Windows["demo"].Max, Limit / 2, Limit * 5 / 4);
        Assert.InRange(sandbox.Windows["demo"].PeakInAnySpan, Limit / 2, Limit * 5 / 4);
    }

    private static Task<SandboxServer> StartNotionAsync(TestClock clock) => SandboxServer.StartAsync(new SandboxOptions
    {
        Connections = [ConnectionSettings.Demo with { Limit = new RequestLimit(Limit, Window) }],
        TimeProvider = clock,
    });

    private static Task<TestGateway> StartAsync(
        SandboxServer sandbox, TestClock clock, Action<GatewaySetup> more) => TestGateway.StartAsync(sandbox.BaseUrl, setup =>
    {
        setup.OnFakeTime(clock).Credential("default", ConnectionSettings.DemoToken).Limit(Limit, Window.TotalSeconds, 0.1);
        more(setup);
    });
}
