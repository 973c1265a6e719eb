using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Listeners;

/// <summary>
/// What happens to connections when there are more than allowed. With <c>MaxConnections</c> 5 there is one place for management and four
/// for all others, three of which callers may keep.
/// </summary>
public sealed class ConnectionTests
{
    private const string Greedy = "greedy";
    private const string Modest = "modest";

    [Fact]
    public async Task A_stranger_gives_way_to_a_new_connection_and_a_caller_does_not()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var caller = await ConnectAsync(gateway, The.Key, 200);
        using var first = await ConnectAsync(gateway, key: null, 401);
        using var second = await ConnectAsync(gateway, key: null, 401);
        using var third = await ConnectAsync(gateway, key: null, 401);

        using var fourth = await ConnectAsync(gateway, key: null, 401);

        Assert.Equal("", (await first.ReadToEndAsync()).Text);
        Assert.Equal(200, (await AskAsync(caller, The.Key)).Status);
        Assert.Equal(401, (await AskAsync(second, key: null)).Status);
    }

    [Fact]
    public async Task A_caller_that_holds_every_connection_gives_way_to_another_and_leaves_the_probes_theirs()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var first = await ConnectAsync(gateway, The.Key, 200);
        using var second = await ConnectAsync(gateway, The.Key, 200);
        using var third = await ConnectAsync(gateway, The.Key, 200);

        using var other = await ConnectAsync(gateway, The.OtherKey, 200);

        Assert.Equal("", (await first.ReadToEndAsync()).Text);
        Assert.Equal(200, (await AskAsync(second, The.Key)).Status);
        using var probe = new RawCaller(gateway.Management, gateway.Canaries);
        Assert.Equal(200, (await probe.ExchangeAsync("GET /readyz HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n")).Status);
    }

    [Fact]
    public async Task A_caller_all_of_whose_connections_are_at_work_is_told_so_and_others_are_served()
    {
        var done = new TaskCompletionSource();
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => new RawResponse().After(done.Task).Send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"),
        };
        await using var gateway = await StartAsync(upstream);
        var crowd = Enumerable.Range(0, 3).Select(_ => gateway.RawCaller()).ToArray();
        foreach (var (index, caller) in crowd.Index())
        {
            await caller.SendAsync(Request(The.Key));
            await gateway.UntilAsync(() => upstream.Requests.Count == index + 1, "the request to be in progress");
        }

        using var fourth = gateway.RawCaller();
        await fourth.SendAsync(Request(The.Key));
        var refused = await fourth.ReadToEndAsync();
        Assert.Equal((503, "overloaded", "close"), (refused.Status, refused.Reason, refused.Header("Connection")));

        upstream.Answer = _ => RawResponse.Json("{}");
        using var other = await ConnectAsync(gateway, The.OtherKey, 200);
        Assert.Equal("", (await crowd[2].ReadToEndAsync()).Text);
        done.SetResult();
        Assert.Equal(200, (await crowd[0].ReadResponseAsync()).Status);
        Array.ForEach(crowd, caller => caller.Dispose());
    }

    [Fact]
    public async Task A_connection_that_never_says_whose_it_is_is_closed_after_ten_seconds()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime());
        using var caller = await ConnectAsync(gateway, The.Key, 200);
        using var probe = new RawCaller(gateway.Management, gateway.Canaries);
        await probe.SendAsync("GET /livez HTTP/1.1\r\nHost: g\r\n\r\n");
        Assert.Equal(200, (await probe.ReadResponseAsync()).Status);
        using var silentProbe = new RawCaller(gateway.Management, gateway.Canaries);
        using var slow = gateway.RawCaller();
        await slow.SendAsync("GET /v1/users HTTP/1.1\r\nHost");
        using var stranger = await ConnectAsync(gateway, key: null, 401);

        Assert.Equal("", (await gateway.Clock.RunAsync(slow.ReadToEndAsync())).Text);
        Assert.Equal("", (await gateway.Clock.RunAsync(stranger.ReadToEndAsync())).Text);
        Assert.Equal("", (await gateway.Clock.RunAsync(silentProbe.ReadToEndAsync())).Text);
        Assert.True(gateway.Clock.Elapsed >= TimeSpan.FromSeconds(10), $"They were closed after {gateway.Clock.Elapsed}.");

        Assert.Equal(200, (await AskAsync(caller, The.Key)).Status);
        await probe.SendAsync("GET /livez HTTP/1.1\r\nHost: g\r\n\r\n");
        Assert.Equal(200, (await probe.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task A_stranger_is_answered_eight_times_on_a_connection()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var stranger = gateway.RawCaller();

        var responses = await stranger.ExchangeAsync(string.Concat(Enumerable.Repeat(Request(key: null), 8)));

        Assert.Equal(8, responses.Text.Split("HTTP/1.1 401 ").Length - 1);
        Assert.Equal(1, responses.Text.Split("Connection: close").Length - 1);
    }

    [Fact]
    public async Task A_caller_is_answered_without_end()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();
        for (var request = 0; request < 20; request++)
        {
            Assert.Equal(200, (await AskAsync(caller, The.Key)).Status);
        }
    }

    private static Task<TestGateway> StartAsync(RecordingUpstream upstream) => TestGateway.StartAsync(
        upstream.Address, setup => setup.Setting("Gateway:Limits:MaxConnections", "5").Caller(Greedy, The.Key).Caller(Modest, The.OtherKey));

    /// <summary>A new connection, and the answer to its first request.</summary>
    private static async Task<RawCaller> ConnectAsync(TestGateway gateway, string? key, int status)
    {
        var caller = gateway.RawCaller();
        Assert.Equal(status, (await AskAsync(caller, key)).Status);
        return caller;
    }

    private static async Task<RawResult> AskAsync(RawCaller caller, string? key)
    {
        await caller.SendAsync(Request(key));
        return await caller.ReadResponseAsync();
    }

    private static string Request(string? key) => $"GET /v1/users HTTP/1.1\r\nHost: g\r\n{(key is null ? "" : $"Authorization: Bearer {key}\r\n")}\r\n";
}
