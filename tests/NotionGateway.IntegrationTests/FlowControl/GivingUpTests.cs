using NotionGateway.FlowControl.Attempts;
using NotionGateway.IntegrationTests.Credentials;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>Retries end by their number, by their time budget, by the deadline; and they do not start again with each try of the caller's.</summary>
public sealed class GivingUpTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_request_is_sent_as_often_as_the_setting_says_and_then_Notions_answer_is_handed_on(int attempts)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => Flowing.Error(500, "internal_server_error") };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Brisk(10).Flow("MaxAttempts", $"{attempts}"));

        var response = await gateway.GetAsync();

        Assert.Equal((500, null), (response.Status(), response.Reason()));
        Assert.Contains("What Notion says of 500.", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(attempts, upstream.Requests.Count);
        await gateway.CountedAsync(attempts - 1, "notion_gateway.upstream.retries", ("cause", "server_error"));
        await gateway.CountedAsync(attempts, "notion_gateway.upstream.requests");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(529)]
    [InlineData(0)]
    public async Task The_number_of_attempts_holds_for_limits_and_lost_connections_too(int status)
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = _ =>
                status switch { 429 => Flowing.Limited(), 529 => Flowing.Error(529, "service_overload", "Retry-After: 1"), _ => new RawResponse().Reset() },
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Brisk(10));

        var response = await gateway.GetAsync();

        Assert.Equal(status == 0 ? 502 : 429, response.Status());
        Assert.Equal(status switch { 429 => null, 529 => "upstream_overloaded", _ => "upstream_reset" }, response.Reason());
        Assert.Equal(4, upstream.Requests.Count);
    }

    [Fact]
    public async Task After_the_time_for_repeats_nothing_is_sent_again()
    {
        await using var upstream = new RecordingUpstream { Answer = _ => Flowing.Limited("2") };
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address, setup => setup.OnFakeTime().Flow("RetryBudget", "00:00:03").Flow("MaxAttempts", "10"));

        var getting = gateway.GetAsync();
        await gateway.WaitingAsync(1);
        var response = await gateway.Clock.RunAsync(getting);

        Assert.Equal((429, null, 2), (response.Status(), response.Reason(), response.RetryAfter()));
        Assert.Equal(2, upstream.Requests.Count);
    }

    [Fact]
    public async Task Without_time_for_repeats_nothing_is_sent_again()
    {
        await using var upstream = new RecordingUpstream { Answer = _ => Flowing.Error(500, "internal_server_error") };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Flow("RetryBudget", "00:00:00"));

        Assert.Equal(500, (await gateway.GetAsync()).Status());
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task A_repeat_does_not_wait_for_its_permit_beyond_the_time_for_repeats()
    {
        await using var upstream = new RecordingUpstream { Answer = _ => Flowing.Error(500, "internal_server_error") };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Frozen().Flow("RetryBudget", "00:00:05"));

        var response = await gateway.Clock.RunAsync(gateway.GetAsync());

        Assert.Equal(429, response.Status());
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData("MaxAttempts", "1")]
    [InlineData("RetryBudget", "00:00:00")]
    public async Task A_new_token_allows_no_further_attempt(string setting, string value)
    {
        await using var scene = await UnauthorizedScene.StartAsync(setup => setup.Flow(setting, value));
        scene.Refuse(The.NotionToken);
        scene.Rotate(The.OtherToken);

        var response = await scene.GetAsync();

        Assert.Equal((502, "upstream_unauthorized"), (response.Status(), response.Reason()));
        Assert.Single(scene.Sent);
        Assert.Equal(200, (await scene.GetAsync()).Status());
    }

    [Theory]
    [InlineData("wait=1", "3")]
    [InlineData("wait=0", "1")]
    public async Task A_pause_that_ends_after_the_deadline_is_not_waited_for(string prefer, string retryAfter)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => Flowing.Limited(retryAfter) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var client = gateway.Client();

        var response = await gateway.SendAsync(client, prefer: prefer);

        Assert.Equal((429, null, retryAfter), (response.Status(), response.Reason(), $"{response.RetryAfter()}"));
        Assert.Equal(Flowing.LimitedBody(), await response.Content.ReadAsStringAsync());
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task After_giving_up_the_next_tries_of_the_same_request_are_sent_once_each_until_one_succeeds()
    {
        await using var upstream = new RecordingUpstream { Answer = _ => Flowing.Error(500, "internal_server_error") };
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address, setup => setup.Brisk().Caller(The.Caller, The.Key).Caller("other", The.OtherKey));
        using var client = gateway.Client();
        using var other = gateway.Client(The.OtherKey);
        Assert.Equal(4, await SentForAsync(upstream, () => gateway.SendAsync(client)));

        Assert.Equal(1, await SentForAsync(upstream, () => gateway.SendAsync(client)));
        Assert.Equal(1, await SentForAsync(upstream, () => gateway.SendAsync(client)));

        // Another operation and another caller are counted separately.
        Assert.Equal(4, await SentForAsync(upstream, () => gateway.SendAsync(client, target: "/v1/users")));
        Assert.Equal(4, await SentForAsync(upstream, () => gateway.SendAsync(other)));

        upstream.Answer = Flowing.InPermit();
        Assert.Equal(1, await SentForAsync(upstream, () => gateway.SendAsync(client), 200));
        upstream.Answer = Flowing.InPermit(Flowing.Error(500, "internal_server_error"));
        Assert.Equal(2, await SentForAsync(upstream, () => gateway.SendAsync(client), 200));
    }

    [Fact]
    public async Task After_giving_up_a_different_request_of_the_same_operation_is_repeated_as_ever()
    {
        const string Search = "/v1/search";
        await using var upstream = new RecordingUpstream { Answer = _ => Flowing.Limited() };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Brisk(10));
        using var client = gateway.Client();
        Assert.Equal(4, await SentForAsync(upstream, () => gateway.SendAsync(client, "POST", Search, """{"query":"a"}"""), 429));

        // Another body, another target, and the same once more.
        upstream.Answer = Flowing.InPermit(Flowing.Limited());
        Assert.Equal(2, await SentForAsync(upstream, () => gateway.SendAsync(client, "POST", Search, """{"query":"b"}"""), 200));
        upstream.Answer = Flowing.InPermit(Flowing.Limited());
        Assert.Equal(2, await SentForAsync(upstream, () => gateway.SendAsync(client, "POST", Search + "?a=b", """{"query":"a"}"""), 200));
        upstream.Answer = Flowing.InPermit(Flowing.Limited());
        Assert.Equal(1, await SentForAsync(upstream, () => gateway.SendAsync(client, "POST", Search, """{"query":"a"}"""), 429));
    }

    [Fact]
    public async Task Tries_after_a_lost_connection_do_not_multiply_either()
    {
        await using var upstream = new RecordingUpstream { Answer = _ => new RawResponse().Reset() };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Brisk());
        using var client = gateway.Client();

        Assert.Equal(4, await SentForAsync(upstream, () => gateway.SendAsync(client), 502));
        Assert.Equal(1, await SentForAsync(upstream, () => gateway.SendAsync(client), 502));
    }

    [Fact]
    public async Task A_caller_that_hangs_up_during_the_pause_is_not_sent_for_again()
    {
        await using var upstream = new RecordingUpstream { Answer = Flowing.InPermit(Flowing.Limited("2")) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Brisk());
        using (var caller = gateway.RawCaller())
        {
            await caller.SendAsync(
                $"POST /v1/pages HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}");
            await gateway.WaitingAsync(1);
            caller.HangUp();
        }

        await gateway.CountedAsync(1, "notion_gateway.requests", ("outcome", "cancelled"), ("status", "499"));
        Assert.Equal(200, (await gateway.GetAsync()).Status());
        Assert.Equal(["POST", "GET"], upstream.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task A_caller_that_hangs_up_in_a_429_leaves_its_pause_behind()
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = Flowing.InPermit(RawResponse.Raw("HTTP/1.1 429 X\r\nRetry-After: 30\r\nContent-Length: 100\r\n\r\n").Hang()),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime());
        using (var caller = gateway.RawCaller())
        {
            await caller.SendAsync($"GET /v1/users HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\n\r\n");
            await gateway.Clock.WaitBegunAsync(RateLimitFeedback.BodyWait);
            caller.HangUp();
        }

        await gateway.CountedAsync(1, "notion_gateway.requests", ("outcome", "cancelled"), ("status", "499"));
        using var client = gateway.Client();
        var second = await gateway.SendAsync(client, prefer: "wait=29");

        Assert.Equal((429, "cooling_down", 30), (second.Status(), second.Reason(), second.RetryAfter()));
        Assert.Single(upstream.Requests);
    }

    private static async Task<int> SentForAsync(RecordingUpstream upstream, Func<Task<HttpResponseMessage>> send, int status = 500)
    {
        var before = upstream.Requests.Count;
        Assert.Equal(status, (await send()).Status());
        return upstream.Requests.Count - before;
    }
}
