using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>The shutdown starts while requests wait for permits: what can still be sent is sent, and the rest is refused with that reason.</summary>
public sealed class QueueDrainTests
{
    [Fact]
    public async Task Those_whose_turn_comes_in_time_are_served_and_the_rest_are_sent_away_in_order()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, "00:00:04", setup => setup.Limit(20, 2));
        Assert.Equal(200, (await gateway.GetAsync()).Status());
        var callers = Enumerable.Range(0, 100).Select(_ => gateway.RawCaller()).ToArray();
        var responses = callers.Select(async caller =>
        {
            await caller.SendAsync($"GET /v1/users HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\n\r\n");
            return await caller.ReadToEndAsync();
        }).ToArray();
        await gateway.UntilAsync(
            () => upstream.Requests.Count - 1 + gateway.Waiting() >= callers.Length, "all to be served or to wait");

        var stopping = gateway.StopAsync();
        await gateway.UntilAsync(() => gateway.Logs.Named("DrainingDenies").Any(), "the door to close");
        await Saturation.AdvanceAsync(
            gateway.Clock,
            () => callers.Length + 1 - (int)gateway.Metrics.Sum("notion_gateway.requests", ("status", "200")),
            () => gateway.Logs.Named("DrainTimeout").Any(),
            gateway);
        await gateway.Clock.RunAsync(stopping);
        var all = await Task.WhenAll(responses);
        Array.ForEach(callers, caller => caller.Dispose());

        Assert.All(all, response => Assert.False(response.Reset));
        Assert.All(all, response => Assert.True(response.IsComplete, response.Text));
        var served = all.Where(response => response.Status == 200).ToArray();
        var sentAway = all.Where(response => response.Status != 200).ToArray();

        // Three of the four seconds, and half of the rate.
        Assert.InRange(served.Length, 13, 16);

        // A request that Notion had at the moment of the timeout is cut off there and gets the same reason as those that waited.
        var cutOff = upstream.Requests.Count - 1 - served.Length;
        Assert.InRange(cutOff, 0, 1);
        Assert.NotEmpty(sentAway);
        Assert.All(sentAway, response => Assert.Equal((503, "shutting_down", "close"), (response.Status, response.Reason, response.Header("Connection"))));
        Assert.Equal(sentAway.Length - cutOff, sentAway.Count(response => response.Header("Retry-After") == "1"));
        Assert.Equal(sentAway.Length - cutOff, gateway.Metrics.Matching("notion_gateway.queue.wait", ("outcome", "shutdown")).Count());
        await gateway.CountedAsync(sentAway.Length, "notion_gateway.denials", ("reason", "shutting_down"), ("status", "503"));
    }

    [Fact]
    public async Task A_queue_that_is_done_before_the_end_loses_nobody()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, "00:00:15", setup => setup.Limit(40, 2));
        using var client = gateway.Client();
        var waiting = gateway.SendMany(client, 30);
        await gateway.UntilAsync(() => gateway.Waiting() + upstream.Requests.Count >= 30, "the queue to fill");

        await gateway.Clock.RunAsync(gateway.StopAsync());

        Assert.All(await Task.WhenAll(waiting), response => Assert.Equal(200, response.Status()));
        Assert.Equal(30, upstream.Requests.Count);
    }

    [Fact]
    public async Task While_leaving_the_rate_is_half()
    {
        var clock = new TestClock();
        await using var sandbox = await NotionSandbox.SandboxServer.StartAsync(new NotionSandbox.SandboxOptions { TimeProvider = clock });
        sandbox.Connections["demo"].Limit = new NotionSandbox.Limits.RequestLimit(10_000, TimeSpan.FromSeconds(1));
        await using var gateway = await TestGateway.StartAsync(sandbox.BaseUrl, setup => setup
            .OnFakeTime(clock).Credential("default", NotionSandbox.Connections.ConnectionSettings.DemoToken)
            .Limit(80, 2).Setting("Gateway:DrainDelay", "00:00:03").Setting("Gateway:ShutdownTimeout", "00:00:08"));
        await using var load = new Saturation(gateway, workers: 30);
        await Saturation.AdvanceAsync(clock, () => sandbox.Received.Total > 80, load);

        var signalled = clock.GetUtcNow();
        var stopping = gateway.StopAsync();
        await clock.WaitBegunAsync(TimeSpan.FromSeconds(3));
        await Saturation.AdvanceAsync(clock, () => clock.GetUtcNow() >= signalled.AddSeconds(2.9), load);
        await load.DisposeAsync();
        await clock.RunAsync(stopping);

        // Forty a second before, twenty after; the first moment is left out.
        Assert.InRange(CountBetween(signalled.AddSeconds(-1), signalled), 36, 41);
        Assert.InRange(CountBetween(signalled.AddSeconds(0.2), signalled.AddSeconds(2.7)), 46, 51);

        int CountBetween(DateTimeOffset from, DateTimeOffset to) => sandbox.Received.All.Count(request => request.At >= from && request.At < to);
    }

    [Fact]
    public async Task A_request_that_waits_out_a_pause_of_Notions_is_told_of_the_end_too()
    {
        await using var upstream = new RecordingUpstream { Answer = _ => Flowing.Limited("25") };
        await using var gateway = await StartAsync(upstream, "00:00:02", _ => { });
        using var client = gateway.Client();
        var waiting = gateway.SendAsync(client, "POST", "/v1/pages", "{}");
        await gateway.WaitingAsync(1);

        await gateway.Clock.RunAsync(gateway.StopAsync());

        var response = await waiting;
        Assert.Equal((503, "shutting_down"), (response.Status(), response.Reason()));
        Assert.Single(upstream.Requests);
    }

    private static Task<TestGateway> StartAsync(
        RecordingUpstream upstream, string timeout, Action<GatewaySetup> more) => TestGateway.StartAsync(upstream.Address, setup =>
    {
        setup.OnFakeTime().Setting("Gateway:ShutdownTimeout", timeout);
        more(setup);
    });
}
