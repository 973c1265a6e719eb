using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Bodies;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>A queue and a memory that are full: the caller that holds most over its share makes room, and a new caller is not kept out by it.</summary>
public sealed class CrowdedQueueTests
{
    private const string Greedy = The.Caller;
    private const string Modest = "modest";

    [Fact]
    public async Task In_a_full_queue_the_newcomer_gets_a_place_and_the_greedy_caller_loses_one()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, setup => setup.Flow("MaxQueuedRequests", "10"));
        using var greedy = gateway.Client();
        using var modest = gateway.Client(The.OtherKey);
        Assert.Equal(200, (await gateway.SendAsync(greedy)).Status());
        var theirs = gateway.SendMany(greedy, 10);
        await gateway.WaitingAsync(10);

        var newcomer = gateway.SendAsync(modest);
        var evicted = await await Task.WhenAny(theirs);

        Assert.Equal((429, "queue_full"), (evicted.Status(), evicted.Reason()));
        Assert.InRange(evicted.RetryAfter(), 60, 600);
        Assert.Equal(10, gateway.Gauge("notion_gateway.queue.length"));
        Assert.False(newcomer.IsCompleted);
        Assert.Equal(9, theirs.Count(request => !request.IsCompleted));
        Assert.Single(gateway.Metrics.Matching("notion_gateway.queue.wait", ("caller", Greedy), ("outcome", "evicted")));

        // Four more of the modest one's fit in the same way, for each is to have five; the next is one too many.
        _ = gateway.SendMany(modest, 4);
        await gateway.UntilAsync(() => theirs.Count(request => request.IsCompleted) == 5, "the others to lose their places");
        var tooMany = await gateway.SendAsync(modest);
        Assert.Equal((429, "queue_full"), (tooMany.Status(), tooMany.Reason()));
        Assert.Equal(10, gateway.Gauge("notion_gateway.queue.length"));
        Assert.Equal(5, theirs.Count(request => request.IsCompleted));
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task Who_alone_fills_the_queue_is_refused_with_one_reason_everywhere()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, setup => setup.Flow("MaxQueuedRequests", "3"));
        using var greedy = gateway.Client();
        Assert.Equal(200, (await gateway.SendAsync(greedy)).Status());
        var waiting = gateway.SendMany(greedy, 3);
        await gateway.WaitingAsync(3);

        var refused = await gateway.SendAsync(greedy);

        Assert.Equal((429, "queue_full"), (refused.Status(), refused.Reason()));
        Assert.InRange(refused.RetryAfter(), 180, 240);
        using var json = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
        Assert.Equal("rate_limited", json.RootElement.GetProperty("code").GetString());
        Assert.Equal("queue_full", json.RootElement.GetProperty("additional_data").GetProperty("gateway_reason").GetString());
        await gateway.CountedAsync(1, "notion_gateway.denials", ("caller", Greedy), ("credential", "default"), ("reason", "queue_full"), ("status", "429"));
        await gateway.UntilAsync(() => gateway.Logs.Named("Denial").Any(), "the denial's line");
        Assert.Equal("queue_full", Assert.Single(gateway.Logs.Named("Denial")).Values["Reason"]);
        await gateway.CountedAsync(1, "notion_gateway.requests", ("status", "429"), ("outcome", "denied"));
        Assert.All(waiting, request => Assert.False(request.IsCompleted));
    }

    [Fact]
    public async Task A_displaced_request_is_told_the_same_reason_everywhere()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, setup => setup.Flow("MaxQueuedRequests", "2"));
        using var greedy = gateway.Client();
        using var modest = gateway.Client(The.OtherKey);
        Assert.Equal(200, (await gateway.SendAsync(greedy)).Status());
        var theirs = gateway.SendMany(greedy, 2);
        await gateway.WaitingAsync(2);
        _ = gateway.SendAsync(modest);

        Assert.Equal("queue_full", (await await Task.WhenAny(theirs)).Reason());

        await gateway.CountedAsync(1, "notion_gateway.denials", ("caller", Greedy), ("reason", "queue_full"), ("status", "429"));
        await gateway.UntilAsync(() => gateway.Logs.Named("Denial").Any(), "the denial's line");
        Assert.Equal("queue_full", Assert.Single(gateway.Logs.Named("Denial")).Values["Reason"]);
    }

    [Fact]
    public async Task By_weight_a_place_is_worth_more_or_less()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(
            upstream, setup => setup.Flow("MaxQueuedRequests", "9").Setting($"Gateway:Access:Callers:{Modest}:Weight", "2"));
        using var greedy = gateway.Client();
        using var modest = gateway.Client(The.OtherKey);
        Assert.Equal(200, (await gateway.SendAsync(greedy)).Status());
        var theirs = gateway.SendMany(greedy, 9);
        await gateway.WaitingAsync(9);

        for (var i = 1; i <= 6; i++)
        {
            _ = gateway.SendAsync(modest);
            await gateway.UntilAsync(() => theirs.Count(request => request.IsCompleted) == i, "a place to be taken");
        }

        Assert.Equal("queue_full", (await gateway.SendAsync(modest)).Reason());
        Assert.Equal(3, theirs.Count(request => !request.IsCompleted));
    }

    [Fact]
    public async Task The_bytes_that_wait_are_bounded_as_well()
    {
        var body = Padded(400_000);
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, setup => setup.Flow("MaxQueuedBytes", "1048576"));
        using var greedy = gateway.Client();
        using var modest = gateway.Client(The.OtherKey);
        Assert.Equal(200, (await gateway.SendAsync(greedy)).Status());
        var large = gateway.SendMany(greedy, 2, body: body);
        await gateway.WaitingAsync(2);
        Assert.Equal("queue_full", (await gateway.SendAsync(greedy, "POST", "/v1/pages", body)).Reason());

        // What is small still fits, and a newcomer as large takes a place.
        var small = gateway.SendMany(greedy, 20);
        await gateway.WaitingAsync(22);
        var newcomer = gateway.SendAsync(modest, "POST", "/v1/pages", body);
        Assert.Equal("queue_full", (await await Task.WhenAny(large)).Reason());

        Assert.Equal(22, gateway.Gauge("notion_gateway.queue.length"));
        Assert.Equal(800_000, gateway.Gauge("notion_gateway.queue.bytes", ("credential", "default")));
        Assert.False(newcomer.IsCompleted);
        Assert.All(small, request => Assert.False(request.IsCompleted));
    }

    [Fact]
    public async Task When_all_memory_is_used_the_caller_that_holds_most_gives_some_back()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, setup => setup.Setting("Gateway:Limits:MaxBufferedBytes", "4194304"));
        var budget = gateway.Services.GetRequiredService<BodyBudget>();
        using var greedy = gateway.Client();
        using var modest = gateway.Client(The.OtherKey);
        Assert.Equal(200, (await gateway.SendAsync(greedy)).Status());

        // Each takes a page of half a mebibyte.
        var large = gateway.SendMany(greedy, 8, body: Padded(500_000));
        await gateway.WaitingAsync(8);
        Assert.Equal(4_194_304, budget.Taken);
        var tooMuch = await gateway.SendAsync(greedy, "POST", "/v1/pages", Padded(500_000));
        Assert.Equal((503, "overloaded"), (tooMuch.Status(), tooMuch.Reason()));
        Assert.Equal(1, tooMuch.RetryAfter());

        var newcomer = gateway.SendAsync(modest, "POST", "/v1/pages", Padded(500_000));
        var evicted = await await Task.WhenAny(large);

        Assert.Equal((429, "queue_full"), (evicted.Status(), evicted.Reason()));
        await gateway.WaitingAsync(8);
        Assert.False(newcomer.IsCompleted);
        Assert.Equal(7, large.Count(request => !request.IsCompleted));
        Assert.Equal(4_194_304, budget.Taken);
        await gateway.CountedAsync(1, "notion_gateway.denials", ("caller", Greedy), ("credential", "default"), ("reason", "overloaded"), ("status", "503"));
    }

    [Fact]
    public async Task Memory_of_what_is_on_its_way_cannot_be_taken()
    {
        var hold = new TaskCompletionSource();
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => new RawResponse().After(hold.Task).Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup
            .Caller(Greedy, The.Key).Caller(Modest, The.OtherKey).Setting("Gateway:Limits:MaxBufferedBytes", "4194304"));
        using var greedy = gateway.Client();
        using var modest = gateway.Client(The.OtherKey);
        var sent = gateway.SendMany(greedy, 8, body: Padded(500_000));
        await gateway.UntilAsync(() => upstream.Requests.Count == 8, "all to be sent");

        var refused = await gateway.SendAsync(modest, "POST", "/v1/pages", Padded(500_000));

        Assert.Equal((503, "overloaded"), (refused.Status(), refused.Reason()));
        hold.SetResult();
        Assert.All(await Task.WhenAll(sent), response => Assert.Equal(200, response.Status()));
        Assert.All(upstream.Requests, request => Assert.Equal(500_000, request.Body.Length));
        var budget = gateway.Services.GetRequiredService<BodyBudget>();
        await gateway.UntilAsync(() => budget.Taken == 0, "the memory to be given back");
    }

    private static Task<TestGateway> StartAsync(RecordingUpstream upstream, Action<GatewaySetup> more) => TestGateway.StartAsync(upstream.Address, setup =>
    {
        setup.Frozen().Caller(Greedy, The.Key).Caller(Modest, The.OtherKey).Patient(Modest);
        more(setup);
    });

    private static string Padded(int length) => $$"""{"a":"{{new string('x', length - 8)}}"}""";
}
