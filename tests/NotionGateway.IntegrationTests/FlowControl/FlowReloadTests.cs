using NotionGateway.IntegrationTests.Credentials;
using NotionGateway.IntegrationTests.Reloading;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>Limits and patience change while requests wait: the new numbers apply at once, and no request loses its place.</summary>
public sealed class FlowReloadTests : IDisposable
{
    private const string Plan = "Gateway:FlowControl:Plans:Own";

    private readonly SettingsFile _file = new();

    [Fact]
    public async Task A_wider_limit_lets_those_go_who_wait_already()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, limit: "1");
        using var client = gateway.Client();
        Assert.Equal(200, (await gateway.SendAsync(client)).Status());
        var waiting = gateway.SendMany(client, 20);
        await gateway.WaitingAsync(20);

        _file.Setting($"{Plan}:WindowLimit", "6000").Replace();

        Assert.All(await gateway.Clock.RunAsync(Task.WhenAll(waiting)), response => Assert.Equal(200, response.Status()));
        Assert.Equal(21, upstream.Requests.Count);
        Assert.Equal(6000, gateway.Gauge("notion_gateway.window.limit"));
        Assert.Empty(gateway.Logs.Named("NeedsRestart"));
    }

    [Fact]
    public async Task A_narrower_limit_counts_what_was_sent_before()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, limit: "100000");
        await using var load = new SteadyLoad(gateway);
        await load.MoreAsync(gateway, 100);

        _file.Setting($"{Plan}:WindowLimit", "50").Replace();
        await gateway.AdvanceUntilAsync(() => gateway.Gauge("notion_gateway.window.limit") == 50, "the new limit");
        using var client = gateway.Client();
        var refused = await gateway.SendAsync(client, prefer: "wait=1");

        Assert.Equal((429, "wait_too_long"), (refused.Status(), refused.Reason()));
        Assert.InRange(gateway.Gauge("notion_gateway.window.used"), 100, 100_000);
        Assert.All(load.Answers, response => Assert.Equal("200", response));

        // Wide again, so that those who wait by now come to an end.
        _file.Setting($"{Plan}:WindowLimit", "100000").Replace();
        await load.MoreAsync(gateway);
        await load.AssertNoneFailedAsync();
    }

    [Fact]
    public async Task Queue_and_patience_change_for_who_comes_next()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, limit: "1");
        using var client = gateway.Client();
        Assert.Equal(200, (await gateway.SendAsync(client)).Status());
        var waiting = gateway.SendMany(client, 4);
        await gateway.WaitingAsync(4);

        _file.Setting("Gateway:FlowControl:MaxQueuedRequests", "5").Replace();
        await gateway.AdvanceUntilAsync(() => gateway.Logs.Named("Reloaded").Any(), "the change");
        var fifth = gateway.SendAsync(client);
        await gateway.WaitingAsync(5);
        Assert.Equal("queue_full", (await gateway.SendAsync(client)).Reason());

        _file.Setting("Gateway:FlowControl:MaxWait", "00:00:10").Replace();
        await gateway.AdvanceUntilAsync(() => gateway.Logs.Named("Reloaded").Count() == 2, "the next change");
        Assert.Equal("wait_too_long", (await gateway.SendAsync(client)).Reason());
        Assert.All([.. waiting, fifth], request => Assert.False(request.IsCompleted));
    }

    [Fact]
    public async Task A_bad_limit_changes_nothing()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, limit: "1000");
        Assert.Equal(200, (await gateway.GetAsync()).Status());

        _file.Setting($"{Plan}:WindowLimit", "none").Replace();
        await gateway.AdvanceUntilAsync(() => gateway.Logs.Lines.Any(line => line.Text.Contains("WindowLimit", StringComparison.Ordinal)), "the complaint");

        Assert.Equal(1000, gateway.Gauge("notion_gateway.window.limit"));
        Assert.Equal(200, (await gateway.GetAsync()).Status());
    }

    public void Dispose() => _file.Dispose();

    private Task<TestGateway> StartAsync(RecordingUpstream upstream, string limit)
    {
        _file.Credential("first", ("Plan", "Own"))
            .Setting($"{Plan}:WindowLimit", limit).Setting($"{Plan}:Window", "00:01:00").Setting($"{Plan}:RatePerSecond", "100000");
        _file.Setting("Gateway:FlowControl:MaxWait", "1.00:00:00").Setting($"Gateway:Access:Callers:{The.Caller}:MaxWait", "1.00:00:00");
        return _file.StartAsync(upstream, setup => setup.OnFakeTime());
    }
}
