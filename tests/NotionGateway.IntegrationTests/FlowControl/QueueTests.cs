using System.Globalization;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>Who waits, for how long, and what the response says of it: correct estimates, deadlines that are kept, places that become free.</summary>
public sealed class QueueTests
{
    [Theory]
    [InlineData("wait=1", 5)]
    [InlineData("wait=0", 5)]
    [InlineData("respond-async, wait=1", 5)]
    [InlineData("wait=1; foo=bar", 5)]
    [InlineData("Wait=\"1\"", 5)]
    public async Task Whose_turn_would_come_too_late_is_told_so_at_once_with_an_estimate(string prefer, int waiting)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address, setup => setup.OnFakeTime().Limit(1, 4).Patient(The.Caller).Flow("MaxWait", "01:00:00"));
        using var client = gateway.Client();
        Assert.Equal(200, (await gateway.SendAsync(client)).Status());
        _ = gateway.SendMany(client, waiting);
        await gateway.WaitingAsync(waiting);

        // Time stands still: who is told anything is told at once.
        var refused = await gateway.SendAsync(client, prefer: prefer);

        Assert.Equal((429, "wait_too_long"), (refused.Status(), refused.Reason()));

        // Six permits, one every four seconds.
        Assert.Equal(24, refused.RetryAfter());
        Assert.Contains($"({waiting} ahead of it)", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(waiting, gateway.Gauge("notion_gateway.queue.length", ("credential", "default")));
        Assert.Single(upstream.Requests);
        Assert.Single(gateway.Metrics.Matching("notion_gateway.queue.wait", ("caller", The.Caller), ("outcome", "denied")));
    }

    [Theory]
    [InlineData("wait=abc")]
    [InlineData("wait")]
    [InlineData("wait=-1")]
    [InlineData("wait=99999999999999")]
    [InlineData("handling=lenient")]
    public async Task A_preference_that_makes_no_sense_is_as_if_it_were_not_there(string prefer)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Limit(2, 1));
        using var client = gateway.Client();
        Assert.Equal(200, (await gateway.SendAsync(client)).Status());

        Assert.Equal(200, (await gateway.SendAsync(client, prefer: prefer)).Status());
        Assert.All(upstream.Requests, request => Assert.Empty(request.Values("Prefer")));
    }

    [Theory]
    [InlineData("00:00:02", "00:00:30", "wait=100")]
    [InlineData("00:00:30", "00:00:02", "wait=100")]
    [InlineData("00:00:30", "00:00:30", "wait=2")]
    public async Task The_least_of_three_patiences_counts(string gateways, string callers, string prefer)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address,
            setup => setup.OnFakeTime().Limit(1, 20).Flow("MaxWait", gateways).Setting($"Gateway:Access:Callers:{The.Caller}:MaxWait", callers));
        using var client = gateway.Client();
        Assert.Equal(200, (await gateway.SendAsync(client)).Status());

        var refused = await gateway.SendAsync(client, prefer: prefer);

        Assert.Equal((429, "wait_too_long"), (refused.Status(), refused.Reason()));
        Assert.Equal(20, refused.RetryAfter());
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task Who_has_waited_in_vain_is_told_when_its_time_is_over()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup
            .OnFakeTime().Limit(2, 3).Caller("slow", The.Key).Caller("swift", The.OtherKey).Setting("Gateway:Access:Callers:swift:Weight", "100"));
        using var slow = gateway.Client();
        using var swift = gateway.Client(The.OtherKey);
        Assert.Equal(200, (await gateway.SendAsync(slow)).Status());
        var first = gateway.SendAsync(slow, prefer: "wait=4");
        await gateway.WaitingAsync(1);
        var second = gateway.SendAsync(slow, prefer: "wait=4");
        await gateway.WaitingAsync(2);

        // The estimate was right for the requests that waited then; these arrive later and go first.
        var before = gateway.SendMany(swift, 6);
        await gateway.WaitingAsync(8);
        await gateway.AdvanceUntilAsync(() => second.IsCompleted || gateway.Clock.Elapsed >= TimeSpan.FromSeconds(3.95), "almost four seconds");
        Assert.False(second.IsCompleted);
        gateway.Clock.Advance(TimeSpan.FromSeconds(4) - gateway.Clock.Elapsed);
        var refused = await second;

        Assert.Equal((429, "wait_too_long"), (refused.Status(), refused.Reason()));
        Assert.InRange(refused.RetryAfter(), 1, 15);
        Assert.True((await first).Status() is 200 or 429);
        Assert.NotEmpty(gateway.Metrics.Matching("notion_gateway.queue.wait", ("caller", "slow"), ("outcome", "expired")));
        Assert.All(gateway.Metrics.Matching("notion_gateway.queue.wait", ("outcome", "expired")), wait => Assert.Equal(4, wait.Value, precision: 6));
        Assert.NotEmpty(before);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_while_it_waits_costs_no_call_and_no_turn()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime().Limit(1, 3));
        using var client = gateway.Client();
        Assert.Equal(200, (await gateway.SendAsync(client)).Status());
        using (var caller = gateway.RawCaller())
        {
            await caller.SendAsync($"GET /v1/users HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\n\r\n");
            await gateway.WaitingAsync(1);
            caller.HangUp();
        }

        await gateway.WaitingAsync(0);

        // It would have had the permit that this one gets after three seconds; the next permit comes at six.
        var next = await gateway.Clock.RunAsync(gateway.SendAsync(client, prefer: "wait=5"));
        Assert.Equal(200, next.Status());
        Assert.Equal(["/v1/users/me", "/v1/users/me"], upstream.Requests.Select(request => request.Target));
        await gateway.CountedAsync(1, "notion_gateway.requests", ("status", "499"), ("outcome", "cancelled"));
        Assert.Single(gateway.Metrics.Matching("notion_gateway.queue.wait", ("caller", The.Caller), ("outcome", "cancelled")));
        await gateway.CountedAsync(2, "notion_gateway.upstream.requests");
    }

    [Fact]
    public async Task A_thousand_who_hang_up_together_leave_nothing_behind()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address, setup => setup.Frozen().Caller(The.Caller, The.Key).Flow("MaxQueuedRequests", "1001"));
        using var client = gateway.Client();
        Assert.Equal(200, (await gateway.SendAsync(client)).Status());
        using (var crowd = gateway.Client())
        {
            _ = gateway.SendMany(crowd, 1000, body: """{"a":"0123456789"}""");
            await gateway.WaitingAsync(1000);
            Assert.Equal(18_000, gateway.Gauge("notion_gateway.queue.bytes", ("credential", "default")));
        }

        await gateway.WaitingAsync(0);
        await gateway.CountedAsync(1000, "notion_gateway.requests", ("status", "499"));
        Assert.Equal(0, gateway.Gauge("notion_gateway.queue.bytes"));
        Assert.Equal(1000, gateway.Metrics.Matching("notion_gateway.queue.wait", ("outcome", "cancelled")).Count());
        Assert.Single(upstream.Requests);
        Assert.Equal(1, gateway.Gauge("notion_gateway.window.used"));
        await gateway.UntilAsync(
            () => gateway.Services.GetService(typeof(NotionGateway.Bodies.BodyBudget)) is NotionGateway.Bodies.BodyBudget { Taken: 0 },
            "the memory to be given back");
    }

    [Fact]
    public async Task Where_the_time_went_is_said()
    {
        var hold = new TaskCompletionSource();
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime().Limit(1, 1));
        using var client = gateway.Client();
        Assert.Equal((0, 0), TimingOf(await gateway.SendAsync(client)));

        upstream.Answer = _ => new RawResponse().After(hold.Task).Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        var second = gateway.SendAsync(client);
        await gateway.WaitingAsync(1);
        gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        await gateway.UntilAsync(() => upstream.Requests.Count == 2, "the second to be sent");
        gateway.Clock.Advance(TimeSpan.FromMilliseconds(250));
        hold.SetResult();

        var (queued, asked) = TimingOf(await second);
        Assert.Equal((1000, 250), (queued, asked));
        var waits = gateway.Metrics.Matching("notion_gateway.queue.wait", ("caller", The.Caller), ("outcome", "granted")).ToArray();
        Assert.Equal(2, waits.Length);
        Assert.Equal(1, waits[1].Value, precision: 6);
        Assert.All(waits, wait => Assert.Equal(["caller", "outcome"], wait.Labels.Keys.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Windows_and_queues_show_in_gauges_by_credential()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime().Limit(50, 10).Patient(The.Caller));
        using var client = gateway.Client();
        Assert.Equal(200, (await gateway.SendAsync(client)).Status());
        Assert.Equal(200, (await gateway.Clock.RunAsync(gateway.SendAsync(client))).Status());

        Assert.Equal(2, gateway.Gauge("notion_gateway.window.used", ("credential", "default")));
        Assert.Equal(50, gateway.Gauge("notion_gateway.window.limit", ("credential", "default")));
        await gateway.CountedAsync(2, "notion_gateway.upstream.requests", ("caller", The.Caller), ("credential", "default"));
        foreach (var instrument in new[] { "queue.length", "queue.bytes", "queue.oldest", "queue.next_wait", "window.used", "window.limit" })
        {
            var series = Assert.Single(gateway.Metrics.Gauges(), measurement => measurement.Instrument == $"notion_gateway.{instrument}");
            Assert.Equal(["credential"], series.Labels.Keys);
        }
    }

    [Fact]
    public async Task Who_waits_now_and_for_how_long_shows_in_gauges_and_nobody_as_zero()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address,
            setup => setup.OnFakeTime().Limit(1, 60).Flow("MaxWait", "01:00:00")
                .Patient(The.Caller).Caller(The.Caller, The.Key).Caller("idle", The.OtherKey));
        using var client = gateway.Client();
        Assert.Equal(200, (await gateway.SendAsync(client)).Status());
        Assert.Equal((0, 0), (gateway.Gauge("notion_gateway.queue.oldest"), gateway.Gauge("notion_gateway.queue.waiting", ("caller", The.Caller))));

        _ = gateway.SendMany(client, 3);
        await gateway.WaitingAsync(3);
        gateway.Clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(20, gateway.Gauge("notion_gateway.queue.oldest", ("credential", "default")), precision: 3);
        Assert.Equal(3, gateway.Gauge("notion_gateway.queue.waiting", ("caller", The.Caller)));
        Assert.Equal(0, gateway.Gauge("notion_gateway.queue.waiting", ("caller", "idle")));
    }

    private static (double Queue, double Upstream) TimingOf(HttpResponseMessage response)
    {
        Assert.Equal(200, response.Status());
        var parts = Assert.Single(response.Headers.GetValues("Server-Timing")).Split(", ");
        Assert.Equal(["queue", "upstream"], parts.Select(part => part.Split(';')[0]));
        var numbers = parts.Select(part => double.Parse(part.Split(";dur=")[1], CultureInfo.InvariantCulture)).ToArray();
        return (numbers[0], numbers[1]);
    }
}
