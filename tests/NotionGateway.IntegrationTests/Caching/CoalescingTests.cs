using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Caching;

/// <summary>Identical reads that wait for a permit are sent once.</summary>
public sealed class CoalescingTests
{
    private const string Query = "/v1/data_sources/0f0f0f0f-1111-4222-8333-444444444444/query";

    private readonly RecordingUpstream _upstream = new();

    [Fact]
    public async Task A_hundred_identical_reads_that_wait_are_one()
    {
        const string Body = """{"object":"user","name":"Zoë"}""";
        _upstream.Answer = _ => RawResponse.Json(Body, 200, "x-notion-request-id: 0c0c0c0c-1111-4222-8333-444444444444");
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        var all = gateway.SendMany(client, 100);
        await gateway.WaitingAsync(100);
        var responses = await gateway.Clock.RunAsync(Task.WhenAll(all));

        Assert.Equal(2, _upstream.Requests.Count);
        foreach (var response in responses)
        {
            Assert.Equal(200, response.Status());
            Assert.Equal(Body, await response.Content.ReadAsStringAsync());
            Assert.Equal(Encoding.UTF8.GetByteCount(Body), response.Content.Headers.ContentLength);
            Assert.Equal(["0c0c0c0c-1111-4222-8333-444444444444"], response.Headers.GetValues("x-notion-request-id"));
        }

        Assert.Equal(99, responses.Count(response => response.Headers.TryGetValues("Cache-Status", out var values)
            && values.Single() == "notion-gateway; fwd=miss; collapsed"));
        Assert.Equal(100, responses.Select(response => response.Headers.GetValues("Notion-Gateway-Request-Id").Single()).Distinct().Count());
        await gateway.CountedAsync(99, "notion_gateway.cache.saved_permits", ("credential", "default"));
        await gateway.CountedAsync(99, "notion_gateway.cache.requests", ("caller", The.Caller), ("operation", "users.me"), ("outcome", "joined"));
    }

    [Fact]
    public async Task Bodies_must_be_equal_byte_for_byte()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        Task<HttpResponseMessage>[] all =
        [
            gateway.SendAsync(client, "POST", Query, """{"a":1,"b":2}"""),
            gateway.SendAsync(client, "POST", Query, """{"a":1,"b":2}"""),
            gateway.SendAsync(client, "POST", Query, """{"b":2,"a":1}"""),
        ];
        await EndAsync(gateway, all);
        Assert.Equal(["""{"a":1,"b":2}""", """{"b":2,"a":1}"""], Sent().Select(request => request.BodyText).Order());
    }

    [Fact]
    public async Task What_Notion_does_not_see_makes_no_difference_and_what_it_sees_does()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        Task<HttpResponseMessage>[] all =
        [
            SendAsync(client, ("User-Agent", "one"), ("X-Forwarded-For", "10.0.0.1"), ("Cookie", "a=b")),
            SendAsync(client, ("User-Agent", "two"), ("Accept-Language", "de")),
            SendAsync(client, ("Notion-Version", "2022-06-28")),
            SendAsync(client, ("Notion-Version", "2025-09-03")),
            SendAsync(client, ("Notion-Beta", "x")),
            SendAsync(client, ("Accept-Encoding", "gzip")),
        ];
        await EndAsync(gateway, all);
        Assert.Equal(4, Sent().Count());
    }

    [Fact]
    public async Task Writes_never_join()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        await EndAsync(gateway, gateway.SendMany(client, 5, body: "{}"));
        Assert.Equal(5, Sent().Count());
    }

    [Theory]
    [InlineData(404, 1)]
    [InlineData(403, 1)]
    [InlineData(400, 1)]
    [InlineData(409, 3)]
    public async Task Notions_own_errors_are_shared_if_they_are_the_same_for_everybody(int status, int calls)
    {
        await using var gateway = await StartAsync();
        _upstream.Answer = _ => Flowing.Error(status, "some_error");
        using var client = gateway.Client();
        var responses = await EndAsync(gateway, gateway.SendMany(client, 3));
        Assert.All(responses, response => Assert.Equal(status, response.Status()));
        Assert.Equal(calls, Sent().Count());
    }

    [Fact]
    public async Task A_failed_response_is_nobody_elses()
    {
        await using var gateway = await StartAsync(setup => setup.Flow("MaxAttempts", "1"));
        _upstream.Answer = Flowing.InPermit(Flowing.Error(500, "internal_server_error"));
        using var client = gateway.Client();
        var responses = await EndAsync(gateway, gateway.SendMany(client, 4));
        Assert.Equal([200, 200, 200, 500], responses.Select(response => response.Status()).Order());
        Assert.Equal(2, Sent().Count());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(504)]
    public async Task A_response_that_does_not_come_or_asks_for_a_pause_is_nobody_elses(int status)
    {
        await using var gateway = await StartAsync(
            setup => setup.Flow("MaxAttempts", "1").Setting("Gateway:Forwarding:ResponseTimeout", "00:00:02"));
        _upstream.Answer = Flowing.InPermit(status == 429 ? Flowing.Limited() : new RawResponse().Hang());
        using var client = gateway.Client();
        var responses = await EndAsync(gateway, gateway.SendMany(client, 4));
        Assert.Equal([200, 200, 200, status], responses.Select(response => response.Status()).Order());

        // During the timeout permits come free, and who finds one at once has nobody to wait with.
        Assert.InRange(Sent().Count(), 2, status == 504 ? 4 : 2);
    }

    [Fact]
    public async Task When_the_program_ends_all_who_wait_are_told()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        var all = gateway.SendMany(client, 3);
        await gateway.WaitingAsync(3);
        await gateway.EndAsync(gateway.StopAsync());
        var responses = await gateway.Clock.RunAsync(Task.WhenAll(all));
        Assert.All(responses, response => Assert.Contains(response.Status(), (int[])[200, 503]));
        Assert.InRange(Sent().Count(), 0, 1);
    }

    [Fact]
    public async Task Who_joins_after_a_429_of_its_own_has_nothing_of_it()
    {
        // Several times, since either of the two may get the second permit: the other one joins it.
        for (var round = 0; round < 5; round++)
        {
            await using var gateway = await StartAsync(setup => setup.Caller(The.Caller, The.Key).Caller("other", The.OtherKey));
            _upstream.Answer = Flowing.InPermit(Flowing.Limited());
            using var client = gateway.Client();
            using var other = gateway.Client(The.OtherKey);
            var responses = await EndAsync(gateway, [gateway.SendAsync(client), gateway.SendAsync(other)]);
            Assert.All(responses, response => Assert.Equal((200, "OK"), (response.Status(), response.ReasonPhrase)));
        }
    }

    [Fact]
    public async Task Nobody_gets_half_a_body()
    {
        await using var gateway = await StartAsync(setup => setup.Flow("MaxAttempts", "1"));
        _upstream.Answer = Flowing.InPermit(
            RawResponse.Raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"object\":").Reset());
        using var client = gateway.Client();
        var responses = await EndAsync(gateway, gateway.SendMany(client, 3));
        Assert.Equal([200, 200, 502], responses.Select(response => response.Status()).Order());
        Assert.Equal(2, Sent().Count());
    }

    [Fact]
    public async Task A_response_that_is_too_long_goes_to_its_sender_alone()
    {
        var body = $"\"{new string('x', 5000)}\"";
        await using var gateway = await StartAsync(setup => setup.Setting("Gateway:Caching:MaxEntryBytes", "2000"));
        _upstream.Answer = _ => RawResponse.Json(body);
        using var client = gateway.Client();
        var responses = await EndAsync(gateway, gateway.SendMany(client, 3));
        foreach (var response in responses)
        {
            Assert.Equal(body, await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(3, Sent().Count());
    }

    [Fact]
    public async Task What_was_sent_for_several_goes_on_when_its_sender_hangs_up()
    {
        var hold = new TaskCompletionSource();
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        using var leaving = gateway.Client();
        var first = gateway.SendAsync(leaving);
        await gateway.WaitingAsync(1);
        var second = gateway.SendAsync(client);
        await gateway.WaitingAsync(2);
        _upstream.Answer = _ => new RawResponse().After(hold.Task).Send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        await gateway.AdvanceUntilAsync(() => _upstream.Requests.Count == 2, "the request to be sent");
        leaving.CancelPendingRequests();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        // Long enough for the gateway to have noticed: nothing shows it from outside, since what was sent goes on.
        await Task.Delay(300);
        hold.SetResult();
        Assert.Equal(200, (await gateway.Clock.RunAsync(second)).Status());
        Assert.Single(Sent());
    }

    [Fact]
    public async Task Switched_off_each_is_sent()
    {
        await using var gateway = await StartAsync(setup => setup.Setting("Gateway:Caching:Coalesce", "Off"));
        using var client = gateway.Client();
        await EndAsync(gateway, gateway.SendMany(client, 3));
        Assert.Equal(3, Sent().Count());
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/users/me");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage[]> EndAsync(TestGateway gateway, Task<HttpResponseMessage>[] all)
    {
        await gateway.WaitingAsync(all.Length);
        return await gateway.Clock.RunAsync(Task.WhenAll(all));
    }

    /// <summary>All but the request that took the first permit.</summary>
    private IEnumerable<RecordedRequest> Sent() => _upstream.Requests.Skip(1);

    /// <summary>One permit a second, and the first has just been used.</summary>
    private async Task<TestGateway> StartAsync(Action<GatewaySetup>? configure = null)
    {
        var gateway = await TestGateway.StartAsync(_upstream.Address, setup =>
        {
            setup.OnFakeTime().Limit(60, 60).Setting("Gateway:FlowControl:Plans:Standard:RatePerSecond", "1")
                .Setting("Gateway:FlowControl:Plans:Standard:Burst", "1").Setting("Gateway:Caching:Coalesce", "Queued");
            configure?.Invoke(setup);
        });
        Assert.Equal(HttpStatusCode.OK, (await gateway.Clock.RunAsync(gateway.GetAsync("/v1/users"))).StatusCode);
        foreach (var binding in gateway.Services.GetRequiredService<ConnectionQueues>().Bindings)
        {
            // However long the first request took, whatever comes now waits.
            binding.ConnectionQueue.Hold(gateway.Clock.Monotonic() + TimeSpan.FromSeconds(1));
        }

        return gateway;
    }
}
