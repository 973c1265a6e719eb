using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Draining;

/// <summary>Requests that never end do not keep the program from ending: it is gone within <c>ShutdownTimeout</c> of the signal.</summary>
public sealed class ShutdownTimeoutTests
{
    /// <summary>From the signal to the moment at which the last requests are cut off: a second of the timeout is left for the rest.</summary>
    private static readonly TimeSpan CutOffAfter = TimeSpan.FromSeconds(0.5);

    [Theory]
    [InlineData("GET", "/v1/users", "")]
    [InlineData("POST", "/v1/pages", "{}")]
    [InlineData("POST", "/v1/sessions", "{}")]
    public async Task The_program_ends_in_time_though_a_request_does_not(string method, string target, string body)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => new RawResponse().Hang() };
        await using var gateway = await StartAsync(upstream);
        using var caller = gateway.RawCaller();
        await caller.SendAsync(
            $"{method} {target} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nAccept: text/event-stream\r\n" +
            $"{(body.Length > 0 ? "Content-Type: application/json\r\n" : "")}Content-Length: {body.Length}\r\n\r\n{body}");
        await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the request to be in progress");

        await AssertEndsAsync(gateway);
    }

    [Fact]
    public async Task A_stream_that_goes_on_and_on_is_cut_and_does_not_look_whole()
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = _ =>
                new RawResponse().Send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n").Hang(),
        };
        await using var gateway = await StartAsync(upstream);
        using var caller = gateway.RawCaller();
        await caller.SendAsync(
            $"POST /v1/sessions HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n" +
            "Content-Length: 2\r\n\r\n{}");
        Assert.StartsWith("HTTP/1.1 200 ", await caller.ReadUntilAsync("data: 1"));
        var reading = caller.ReadToEndAsync();

        await AssertEndsAsync(gateway);
        Assert.DoesNotContain("0\r\n\r\n", (await reading).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_delay_is_part_of_the_timeout()
    {
        await using var upstream = new RecordingUpstream { Answer = _ => new RawResponse().Hang() };
        await using var gateway = await StartAsync(upstream, "00:00:01.4");
        var underWay = gateway.Client().GetAsync("/v1/users");
        await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the request to be in progress");

        var stopping = gateway.StopAsync();
        await gateway.Clock.WaitBegunAsync(TimeSpan.FromSeconds(1.4));
        gateway.Clock.Advance(TimeSpan.FromSeconds(1.4));

        // Nothing is left of it for the requests.
        await stopping;
        Assert.Equal(["interrupted"], (await underWay).Headers.GetValues("Notion-Gateway-Reason"));
    }

    [Fact]
    public async Task No_write_that_Notion_has_received_is_answered_with_a_reason_that_says_repeat_it()
    {
        const int Writes = 40;
        await using var upstream = new RecordingUpstream { Answer = _ => new RawResponse().Hang() };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup
            .OnFakeTime()
            .Setting("Gateway:DrainDelay", "00:00:00")
            .Setting("Gateway:ShutdownTimeout", "00:00:03")
            .Setting("Gateway:FlowControl:Plans:Standard:RatePerSecond", "10")
            .Setting("Gateway:FlowControl:Plans:Standard:Burst", "10"));
        using var client = gateway.Client();
        var bodies = Enumerable.Range(0, Writes).Select(number => $$"""{"n":{{number}}}""").ToArray();
        var responses = bodies.Select(body => client.PostAsync("/v1/pages", new StringContent(body, System.Text.Encoding.UTF8, "application/json"))).ToArray();
        await gateway.AdvanceUntilAsync(() => upstream.Requests.Count >= 3, "some writes to be at Notion");
        await gateway.UntilAsync(() => upstream.Requests.Count + gateway.Waiting() == Writes, "the others to wait");

        await gateway.Clock.RunAsync(gateway.StopAsync());

        var received = upstream.Requests.Select(request => request.BodyText).ToHashSet();
        Assert.InRange(received.Count, 3, Writes - 3);
        for (var number = 0; number < Writes; number++)
        {
            var response = await responses[number];
            var (status, reason) = received.Contains(bodies[number]) ? (502, "interrupted") : (503, "shutting_down");
            Assert.Equal((status, reason), ((int)response.StatusCode, string.Join(',', response.Headers.GetValues("Notion-Gateway-Reason"))));
            Assert.True(response.Headers.Contains("Retry-After")); // Another instance is there at once; whether to repeat is what the reason says.
        }
    }

    /// <summary>Requests are cut off at that moment, not before it, and nothing waits any longer.</summary>
    private static async Task AssertEndsAsync(TestGateway gateway)
    {
        var stopping = gateway.StopAsync();
        await gateway.Clock.WaitBegunAsync(CutOffAfter);
        gateway.Clock.Advance(CutOffAfter - TimeSpan.FromMilliseconds(1));
        Assert.Empty(gateway.Logs.Named("DrainTimeout"));
        gateway.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await stopping;
        Assert.Single(gateway.Logs.Named("DrainTimeout"));
    }

    private static Task<TestGateway> StartAsync(RecordingUpstream upstream, string delay = "00:00:00") => TestGateway.StartAsync(
        upstream.Address, setup => setup.OnFakeTime().Setting("Gateway:DrainDelay", delay).Setting("Gateway:ShutdownTimeout", "00:00:01.5"));
}
