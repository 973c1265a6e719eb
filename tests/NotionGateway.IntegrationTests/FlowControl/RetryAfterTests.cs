using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>For any value of Retry-After, the request is answered and the pause stays between a second and ten minutes.</summary>
public sealed class RetryAfterTests
{
    private const string Long = "600";

    /// <summary>What is sent as header (null: none; several lines: several headers), as text in the body, and the least and most seconds of pause.</summary>
    public static TheoryData<string?, string?, int, int> Waits => new()
    {
        { "0", null, 1, 1 },
        { "-5", null, 1, 1 },
        { "7", null, 7, 7 },
        { "  7  ", null, 7, 7 },
        { "601", null, 600, 600 },
        { "1000000000", null, 600, 600 },
        { "9223372036854775807", null, 600, 600 },
        { "99999999999999999999", null, 600, 600 },
        { "-99999999999999999999", null, 1, 2 },
        { "1.5", null, 1, 2 },
        { "soon", null, 1, 2 },
        { "", null, 1, 2 },
        { "0x10", null, 1, 2 },
        { "٣", null, 1, 2 },
        { "3\n4", null, 1, 4 },
        { "3\n3", null, 1, 4 },
        { "3, 4", null, 1, 4 },
        { "IN 8 S", null, 7, 8 },
        { "Wed, 21 Oct 2015 07:28:00 GMT", null, 1, 1 },
        { "Fri, 31 Dec 9999 23:59:59 GMT", null, 600, 600 },
        { "Wed, 99 Oct 2015 07:28:00 GMT", null, 1, 2 },
        { null, null, 1, 2 },
        { null, "\"9\"", 9, 9 },
        { null, "9", 9, 9 },
        { null, "[\"9\"]", 9, 9 },
        { null, "9e99", 1, 600 },
        { null, "-1", 1, 1 },
        { null, "{}", 1, 2 },
        { null, "\"1000000000\"", 600, 600 },
        { "soon", "\"9\"", 9, 9 },
        { "7", "\"9\"", 7, 7 },
    };

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task The_pause_stays_within_its_bounds(string? header, string? body, int least, int most)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime());
        upstream.Answer = Flowing.InPermit(Odd(header, body, gateway.Clock));

        // A caller that does not wait gets the response passed on, with the time to wait.
        using var client = gateway.Client();
        var limited = await gateway.SendAsync(client, prefer: "wait=0");
        Assert.Equal((429, null), (limited.Status(), limited.Reason()));
        Assert.InRange(limited.RetryAfter(), 1, int.MaxValue);
        var next = await gateway.SendAsync(client, prefer: "wait=0");

        Assert.Equal((429, "cooling_down"), (next.Status(), next.Reason()));
        var told = Assert.Single(gateway.Logs.Named("LimitedByNotion")).Values["Seconds"];
        Assert.InRange((double)told!, least, most);
        Assert.Equal((double)told!, gateway.Gauge("notion_gateway.cooldown", ("level", "credential")), precision: 1);
        Assert.InRange(next.RetryAfter(), least, most);
        Assert.Single(upstream.Requests);
        Assert.DoesNotContain(gateway.Logs.Lines, line => line.Exception is not null || line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("soon")]
    [InlineData("3\n4")]
    [InlineData(null)]
    public async Task Who_can_wait_is_answered_in_the_end(string? header)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime());
        upstream.Answer = Flowing.InPermit(Odd(header, null, gateway.Clock), Odd(header, null, gateway.Clock));

        Assert.Equal(200, (await gateway.Clock.RunAsync(gateway.GetAsync())).Status());
        Assert.Equal(3, upstream.Requests.Count);
    }

    [Fact]
    public async Task Without_any_word_the_pause_doubles_with_each_attempt()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime());
        var odd = Odd(null, null, gateway.Clock);
        upstream.Answer = Flowing.InPermit(odd, odd, odd);

        Assert.Equal(200, (await gateway.Clock.RunAsync(gateway.GetAsync())).Status());

        var pauses = gateway.Logs.Named("LimitedByNotion").Select(line => (double)line.Values["Seconds"]!).ToArray();
        Assert.Equal(3, pauses.Length);
        Assert.InRange(pauses[0], 1, 1);
        Assert.InRange(pauses[1], 1, 2);
        Assert.InRange(pauses[2], 2, 4);
    }

    [Fact]
    public async Task A_later_answer_cannot_shorten_a_pause()
    {
        var hold = new TaskCompletionSource();
        await using var upstream = new RecordingUpstream
        {
            Answer = Flowing.InPermit(
                new RawResponse().After(hold.Task).Send("HTTP/1.1 429 Short\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\n{}"), Flowing.Limited(Long)),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime());
        using var client = gateway.Client();
        var first = gateway.SendAsync(client, prefer: "wait=0");
        await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the first request to be sent");
        gateway.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(429, (await gateway.SendAsync(client, prefer: "wait=0")).Status());
        hold.SetResult();
        Assert.Equal(429, (await first).Status());

        Assert.Equal(600, gateway.Gauge("notion_gateway.cooldown", ("level", "credential")), precision: 6);
        Assert.Equal(600, (await gateway.SendAsync(client, prefer: "wait=0")).RetryAfter());
    }

    private static RawResponse Odd(string? header, string? body, TimeProvider time)
    {
        var more = body is null ? "" : $",\"retry_after\":{body}";
        var json =
            """{"object":"error","status":429,"code":"rate_limited","message":"Slow down.","additional_data":""" +
            $$$"""{"rate_limit_reason":"public_api_request_rate_limit"{{{more}}}}}""";
        var dated = header?.StartsWith("IN ", StringComparison.Ordinal) == true ? time.GetUtcNow().AddSeconds(8).ToString("r") : header;
        return RawResponse.Json(json, 429, [.. (dated?.Split('\n') ?? []).Select(value => $"Retry-After: {value}")]);
    }
}
