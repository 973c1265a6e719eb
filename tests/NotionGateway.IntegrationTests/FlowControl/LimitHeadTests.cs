using System.Text.Json;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>A 429 or 529 says by its head that nothing was done and how long to wait. Its body may stall or break off: nothing depends on it.</summary>
public sealed class LimitHeadTests
{
    [Theory]
    [InlineData(429, true)]
    [InlineData(429, false)]
    [InlineData(529, true)]
    [InlineData(529, false)]
    public async Task The_request_is_repeated_after_the_pause(int status, bool stalls)
    {
        await using var upstream = new RecordingUpstream { Answer = Flowing.InPermit(Cut(status, "2", stalls)) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Brisk(5));

        Assert.Equal(200, (await gateway.WriteAsync()).Status());

        Assert.Equal(2, upstream.Requests.Count);
        var told = gateway.Logs.Named(status == 429 ? "LimitedByNotion" : "NotionOverloaded");
        Assert.Equal(2.0, Assert.Single(told).Values["Seconds"]);
    }

    [Theory]
    [InlineData("{\"message\":\"\u00ea\"}")]
    [InlineData("{\"message\":\"\\ud800\"}")]
    public async Task A_body_with_invalid_text_is_done_without(string body)
    {
        // The upstream sends it in Latin-1.
        await using var upstream = new RecordingUpstream
        {
            Answer = Flowing.InPermit(RawResponse.Raw($"HTTP/1.1 429 X\r\nRetry-After: 30\r\nContent-Length: {body.Length}\r\n\r\n{body}")),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var client = gateway.Client();

        var response = await gateway.SendAsync(client, "POST", "/v1/pages", "{}", prefer: "wait=0");

        Assert.Equal((429, null, 30), (response.Status(), response.Reason(), response.RetryAfter()));
        Assert.Equal("cooling_down", (await gateway.SendAsync(client, prefer: "wait=0")).Reason());
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData(429, true, null)]
    [InlineData(429, false, null)]
    [InlineData(529, true, "upstream_overloaded")]
    public async Task Who_cannot_wait_is_told_and_the_next_request_is_held_back(int status, bool stalls, string? reason)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => Cut(status, "300", stalls) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var client = gateway.Client();

        var response = await gateway.SendAsync(client, prefer: "wait=0");

        Assert.Equal((429, reason, 300), (response.Status(), response.Reason(), response.RetryAfter()));
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("rate_limited", json.RootElement.GetProperty("code").GetString());
        Assert.Equal("cooling_down", (await gateway.SendAsync(client, prefer: "wait=0")).Reason());
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task While_its_body_is_awaited_nothing_else_goes_out()
    {
        await using var upstream = new RecordingUpstream { Answer = Flowing.InPermit(Cut(429, "1", stalls: true)) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var client = gateway.Client();
        var first = gateway.SendAsync(client, prefer: "wait=0");
        await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the first request");
        await gateway.CountedAsync(0, "notion_gateway.upstream.responses");

        var second = gateway.SendAsync(client);
        Assert.Equal(429, (await first).Status());
        Assert.Equal(200, (await second).Status());

        // Only after the pause that the first answer asked for: it was known before the second went out.
        Assert.Equal(2, upstream.Requests.Count);
        Assert.Single(gateway.Logs.Named("LimitedByNotion"));
    }

    [Fact]
    public async Task A_pause_holds_though_the_answer_that_asked_for_it_is_withheld()
    {
        await using var upstream = new RecordingUpstream { Answer = _ => RawResponse.Json($$"""{"you":"{{The.NotionToken}}"}""", 429, "Retry-After: 300") };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var client = gateway.Client();

        Assert.Equal("upstream_leaked_token", (await gateway.SendAsync(client, prefer: "wait=0")).Reason());
        Assert.Equal("cooling_down", (await gateway.SendAsync(client, prefer: "wait=0")).Reason());
    }

    private static RawResponse Cut(int status, string retryAfter, bool stalls)
    {
        var response = RawResponse.Raw($"HTTP/1.1 {status} X\r\nRetry-After: {retryAfter}\r\nContent-Length: 100\r\n\r\n{{\"object\":");
        return stalls ? response.Hang() : response.Reset();
    }
}
