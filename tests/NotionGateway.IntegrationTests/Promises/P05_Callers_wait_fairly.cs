using System.Globalization;
using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Promises;

/// <summary>Promise 5: one busy caller cannot push another's wait beyond its own share. Waits are bounded, cancellable and honest.</summary>
public sealed class P05_Callers_wait_fairly
{
    /// <summary>Short enough that no two permits fall into one.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(15);

    [Fact]
    public async Task A_quiet_caller_does_not_wait_for_a_busy_ones_queue()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, setup => setup.Limit(20, 1), ("busy", 1), ("quiet", 1));
        using var busy = gateway.Client(KeyOf("busy"));
        using var quiet = gateway.Client(KeyOf("quiet"));
        _ = gateway.SendMany(busy, 300, agent: "busy");
        await gateway.UntilAsync(() => gateway.Waiting() > 250, "the queue to be long");

        for (var i = 0; i < 5; i++)
        {
            var before = upstream.Requests.Count;
            Assert.Equal(200, (await gateway.Clock.RunAsync(gateway.SendAsync(quiet, agent: "quiet"), Step)).Status());

            Assert.InRange(upstream.Requests.Skip(before).TakeWhile(request => Agent(request) == "busy").Count(), 0, 4);
        }

        Assert.True(gateway.Waiting() > 150, "The busy caller waited for nothing.");
        Assert.Equal(5, gateway.Metrics.Matching("notion_gateway.queue.wait", ("caller", "quiet"), ("outcome", "granted")).Count());
    }

    [Fact]
    public async Task Turns_are_shared_by_weight()
    {
        var sent = await SharesAsync(permits: 70, queued: 60, ("one", 1), ("two", 2), ("four", 4));

        Assert.InRange(sent["one"], 8, 12);
        Assert.InRange(sent["two"], 18, 22);
        Assert.InRange(sent["four"], 37, 43);
    }

    [Fact]
    public async Task Ten_equal_callers_have_equal_shares()
    {
        var sent = await SharesAsync(permits: 100, queued: 20, [.. Enumerable.Range(0, 10).Select(index => ($"c{index}", 1))]);

        Assert.All(sent.Values, permits => Assert.InRange(permits, 9, 11));
        Assert.Equal(10, sent.Count);
    }

    [Fact]
    public async Task A_weight_below_one_is_a_smaller_share_and_not_none()
    {
        var sent = await SharesAsync(permits: 55, queued: 60, ("small", 0.1), ("one", 1));

        Assert.InRange(sent["small"], 4, 7);
        Assert.InRange(sent["one"], 48, 51);
    }

    [Fact]
    public async Task What_nobody_else_wants_goes_to_who_asks()
    {
        var sent = await SharesAsync(permits: 60, queued: 20, ("one", 1), ("two", 1), ("heavy", 100));

        // The heavy one has all of its twenty at once; the rest is shared by the two.
        Assert.Equal((20, 20, 20), (sent["one"], sent["two"], sent["heavy"]));
    }

    [Fact]
    public async Task Within_one_caller_who_came_first_is_first()
    {
        await using var upstream = new RecordingUpstream { Answer = Flowing.InPermit(Flowing.Limited("3")) };
        await using var gateway = await StartAsync(upstream, setup => setup.Limit(20, 1), ("one", 1));
        using var client = gateway.Client(KeyOf("one"));
        List<Task<HttpResponseMessage>> all = [];
        for (var i = 0; i < 20; i++)
        {
            all.Add(gateway.SendAsync(client, agent: i.ToString(CultureInfo.InvariantCulture)));
            await gateway.WaitingAsync(i + 1);
        }

        await gateway.WaitingAsync(20);
        for (var sent = 1; sent <= 20; sent++)
        {
            // One permit after the other: two requests that are on their way together may arrive in either order.
            await gateway.AdvanceUntilAsync(() => gateway.Waiting() == 20 - sent, "the next permit to be used", TimeSpan.FromMilliseconds(5));
            await gateway.UntilAsync(() => upstream.Requests.Count == 1 + sent, "the request to arrive");
        }

        Assert.All(await gateway.Clock.RunAsync(Task.WhenAll(all)), response => Assert.Equal(200, response.Status()));
        Assert.Equal(Enumerable.Range(0, 20), upstream.Requests.Skip(1).Select(request => int.Parse(Agent(request), CultureInfo.InvariantCulture)));
    }

    /// <summary>Lets every caller queue up behind a pause, and counts whose requests get the first permits after it.</summary>
    private static async Task<Dictionary<string, int>> SharesAsync(int permits, int queued, params (string Name, double Weight)[] callers)
    {
        await using var upstream = new RecordingUpstream { Answer = Flowing.InPermit(Flowing.Limited("4")) };
        await using var gateway = await StartAsync(upstream, setup => setup.Limit(60, 1), [.. callers, ("first", 1)]);
        using var first = gateway.Client(KeyOf("first"));
        var paused = gateway.SendAsync(first, agent: "first");
        await gateway.WaitingAsync(1);
        var clients = callers.Select(caller => gateway.Client(KeyOf(caller.Name))).ToArray();
        _ = callers.Zip(clients, (caller, client) => gateway.SendMany(client, queued, agent: caller.Name)).ToArray();
        await gateway.WaitingAsync(1 + (callers.Length * queued));
        Assert.Single(upstream.Requests);

        await gateway.AdvanceUntilAsync(() => upstream.Requests.Count >= permits + 2, "the turns to be used", Step);
        var sent = upstream.Requests.Select(Agent).Skip(1).Where(agent => agent != "first").Take(permits);
        Assert.Equal(200, (await gateway.Clock.RunAsync(paused)).Status());
        Array.ForEach(clients, client => client.Dispose());
        return sent.CountBy(agent => agent).ToDictionary(StringComparer.Ordinal);
    }

    private static Task<TestGateway> StartAsync(RecordingUpstream upstream, Action<GatewaySetup> configure, params (string Name, double Weight)[] callers) =>
        TestGateway.StartAsync(upstream.Address, setup =>
        {
            setup.OnFakeTime();
            foreach (var (name, weight) in callers)
            {
                setup.Caller(name, KeyOf(name)).Setting($"Gateway:Access:Callers:{name}:Weight", weight.ToString(CultureInfo.InvariantCulture));
            }

            configure(setup);
        });

    private static string KeyOf(string caller) => $"ngw_{caller.PadLeft(43, '0')}";

    private static string Agent(RecordedRequest request) => Assert.Single(request.Values("User-Agent"));
}
