using System.Globalization;
using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>
/// What a response's head may say: Notion's status with the standard reason phrase, the headers of the contract, and a Retry-After
/// that makes sense.
/// </summary>
public sealed class ResponseHeadTests
{
    [Theory]
    [InlineData(200, $"Bearer {The.NotionToken}", "OK")]
    [InlineData(200, "\u001b[31mOK\u001b[0m", "OK")]
    [InlineData(200, "Everything is fine", "OK")]
    [InlineData(404, "Bearer abc", "Not Found")]
    [InlineData(299, "Bearer abc", "")]
    public async Task Nothing_of_the_upstreams_reason_phrase_is_handed_on(int status, string phrase, string expected)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => RawResponse.Raw($"HTTP/1.1 {status} {phrase}\r\nContent-Length: 2\r\n\r\n{{}}") };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        await caller.SendAsync($"GET /v1/users/me HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\n\r\n");
        var response = await caller.ReadResponseAsync();

        Assert.Equal($"HTTP/1.1 {status} {expected}".TrimEnd(), response.Head.Split("\r\n")[0].TrimEnd());
        Assert.Equal("{}", response.Body);
    }

    [Theory]
    [InlineData(429, "2147483647", "600")]
    [InlineData(429, "4294967297", "600")]
    [InlineData(429, "1000000000", "600")]
    [InlineData(429, "99999999999999999999", "600")]
    [InlineData(429, "601", "600")]
    [InlineData(429, "0", "1")]
    [InlineData(429, "-5", "1")]
    [InlineData(503, "100000", "600")]
    [InlineData(404, "100000", "600")]
    [InlineData(200, "100000", "600")]
    [InlineData(404, "Fri, 31 Dec 9999 23:59:59 GMT", "600")]
    [InlineData(404, "soon", null)]
    public async Task Every_Retry_After_that_leaves_the_gateway_is_a_number_from_1_to_600(int status, string upstreams, string? callers)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => Flowing.Error(status, "some_code", $"Retry-After: {upstreams}") };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Flow("MaxAttempts", "1"));
        using var client = gateway.Client();

        var response = await gateway.SendAsync(client, prefer: "wait=0");

        Assert.Equal((status, null), (response.Status(), response.Reason()));
        Assert.Equal(callers, response.Headers.TryGetValues("Retry-After", out var values) ? Assert.Single(values) : null);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_date_is_compared_with_the_clock_of_who_wrote_it(int hoursAhead)
    {
        var theirs = DateTimeOffset.UtcNow.AddHours(hoursAhead);
        var (wait, date) = (theirs.AddSeconds(30).ToString("r", CultureInfo.InvariantCulture), theirs.ToString("r", CultureInfo.InvariantCulture));
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => Flowing.Error(429, "rate_limited", $"Retry-After: {wait}", $"Date: {date}"),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var client = gateway.Client();

        Assert.Equal((429, 30), (await gateway.SendAsync(client, prefer: "wait=0") is var response ? response.Status() : 0, response.RetryAfter()));
        Assert.Equal(30.0, Assert.Single(gateway.Logs.Named("LimitedByNotion")).Values["Seconds"]);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(205)]
    public async Task An_answer_that_has_no_body_has_none_whatever_its_head_says(int status)
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => RawResponse.Raw($"HTTP/1.1 {status} X\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nx-notion-request-id: r-1\r\n\r\nhello"),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var client = gateway.Client();

        for (var number = 1; number <= 2; number++)
        {
            var response = await gateway.SendAsync(client);
            Assert.Equal((status, null), (response.Status(), response.Reason()));
            Assert.Equal("", await response.Content.ReadAsStringAsync());
            Assert.Equal(["r-1"], response.Headers.GetValues("x-notion-request-id"));
            Assert.Null(response.Content.Headers.ContentType);
            await gateway.CountedAsync(number, "notion_gateway.requests", ("status", $"{status}"), ("outcome", "answered"));
        }
    }

    [Fact]
    public async Task Headers_about_the_content_are_handed_back_by_name_only()
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => RawResponse.Json(
                "{}",
                206,
                "Content-Encoding: identity",
                "Content-Language: en",
                "Content-Range: bytes 0-1/2",
                "Content-Disposition: attachment",
                "Content-Location: /elsewhere",
                "Content-MD5: abcd",
                "Content-Security-Policy: default-src 'none'",
                "Content-DPR: 1",
                "Content-Odd: 1",
                "Last-Modified: Mon, 23 Nov 2026 12:00:00 GMT",
                "Expires: 0",
                "Allow: GET"),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var response = await gateway.GetAsync();

        Assert.Equal(
            [
                "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Range", "Content-Type", "Date",
                "Notion-Gateway-Request-Id", "Server-Timing",
            ],
            response.Headers.Concat(response.Content.Headers).Select(header => header.Key).Order());
    }
}
