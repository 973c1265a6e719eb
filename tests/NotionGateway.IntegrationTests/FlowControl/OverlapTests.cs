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
        await using var sandbox = await StartNotionAsync();
        await using var old = await StartAsync(
            sandbox, setup => setup.Setting("Gateway:DrainDelay", "00:00:01").Setting("Gateway:ShutdownTimeout", "00:00:15"));
        var oldLoad = new Saturation(old, workers: 10);
        await old.UntilAsync(() => sandbox.Received.Total > Limit * 3 / 2, "a steady flow");

        // The new one starts; when it is ready the old one is told to leave, and its callers move to the new one.
        await using var fresh = await StartAsync(sandbox, _ => { });
        var stopping = old.StopAsync();
        await using var freshLoad = new Saturation(fresh, workers: 10);
        await oldLoad.DisposeAsync();
        await stopping;
        var before = freshLoad.Answers.Count;
        await fresh.UntilAsync(() => freshLoad.Answers.Count > before + Limit, "a steady flow again");

        Assert.Equal(["200"], oldLoad.Kinds.Union(freshLoad.Kinds));
        Assert.InRange(sandbox.Windows["demo"].Max, Limit / 2, Limit * 3 / 2);
    }

    [Fact]
    public async Task Two_full_loads_at_once_are_absorbed_while_one_of_them_leaves()
    {
        await using var sandbox = await StartNotionAsync();
        await using var old = await StartAsync(
            sandbox, setup => setup.Setting("Gateway:DrainDelay", "00:00:05").Setting("Gateway:ShutdownTimeout", "00:00:15"));
        await using var oldLoad = new Saturation(old, workers: 10);
        await old.UntilAsync(() => sandbox.Received.Total > Limit * 3 / 2, "a steady flow");
        await using var fresh = await StartAsync(sandbox, _ => { });
        var stopping = old.StopAsync();
        await using var freshLoad = new Saturation(fresh, workers: 10);
        var before = sandbox.Received.Total;
        await fresh.UntilAsync(() => sandbox.Received.Total > before + (Limit * 5 / 4), "more than a window of both");

        // The listener of the old one is still open.
        Assert.Equal(["200"], oldLoad.Kinds.Union(freshLoad.Kinds));
        await oldLoad.DisposeAsync();
        await stopping;
        Assert.Equal(["200"], freshLoad.Kinds);
        Assert.InRange(sandbox.Windows["demo"].Max, Limit / 2, Limit * 3 / 2);
    }

    [Fact]
    public async Task A_process_that_was_killed_and_is_back_at_once_begins_without_a_burst()
    {
        await using var sandbox = await StartNotionAsync();
        await using (var killed = await StartAsync(sandbox, _ => { }))
        await using (new Saturation(killed, workers: 10))
        {
            await killed.UntilAsync(() => sandbox.Received.Total > Limit * 3 / 2, "a steady flow");
        }

        await using var fresh = await StartAsync(sandbox, setup => setup.Setting("Gateway:FlowControl:Plans:Standard:Burst", $"{Limit}"));
        var before = sandbox.Received.Total;
        await using var load = new Saturation(fresh, workers: 40);
        await fresh.UntilAsync(() => sandbox.Received.Total > before + Limit, "a window of it");

        Assert.Equal(["200"], load.Kinds);
        Assert.InRange(sandbox.Windows["demo"].Max, Limit / 2, Limit * 5 / 4);
        Assert.InRange(sandbox.Windows["demo"].PeakInAnySpan, Limit / 2, Limit * 5 / 4);
    }

    private static Task<SandboxServer> StartNotionAsync() => SandboxServer.StartAsync(new SandboxOptions
    {
        Connections = [ConnectionSettings.Demo with { Limit = new RequestLimit(Limit, Window) }],
    });

    private static Task<TestGateway> StartAsync(SandboxServer sandbox, Action<GatewaySetup> more) => TestGateway.StartAsync(sandbox.BaseUrl, setup =>
    {
        setup.Credential("default", ConnectionSettings.DemoToken).Limit(Limit, Window.TotalSeconds, 0.1);
        more(setup);
    });
}
