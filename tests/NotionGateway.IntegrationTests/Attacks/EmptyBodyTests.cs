using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Attacks;

/// <summary>Some client libraries send an empty object with everything. On a read or a deletion it is dropped; any other body is refused.</summary>
public sealed class EmptyBodyTests
{
    [Theory]
    [InlineData("GET", "/v1/users", "{}")]
    [InlineData("GET", "/v1/users", "[]")]
    [InlineData("DELETE", "/v1/blocks/" + The.PageId, "{}")]
    [InlineData("DELETE", "/v1/blocks/" + The.PageId, " {\r\n} ")]
    public async Task An_empty_object_is_dropped(string method, string target, string body)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        foreach (var type in new[] { "", "Content-Type: application/json\r\n", "Content-Type: text/plain\r\n" })
        {
            await caller.SendAsync(HeadOf(method, target) + type + $"Content-Length: {body.Length}\r\n\r\n{body}");
            Assert.Equal(200, (await caller.ReadResponseAsync()).Status);
        }

        Assert.Equal(3, upstream.Requests.Count);
        Assert.All(upstream.Requests, request =>
        {
            Assert.Empty(request.Body);
            Assert.Empty(request.Values("Content-Type"));
            Assert.DoesNotContain(request.Values("Content-Length"), length => length != "0");
        });
    }

    [Theory]
    [InlineData("GET", "/v1/users", "Content-Length: 2\r\n\r\nhi")]
    [InlineData("GET", "/v1/users", "Content-Length: 2\r\n\r\n{]")]
    [InlineData("GET", "/v1/users", "Content-Length: 7\r\n\r\n{\"a\":1}")]
    [InlineData("GET", "/v1/users", "Content-Length: 1\r\n\r\n{")]
    [InlineData("GET", "/v1/users", "Content-Length: 17\r\n\r\n{               }")]
    [InlineData("GET", "/v1/users", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("DELETE", "/v1/blocks/" + The.PageId, "Content-Length: 9\r\n\r\n{\"a\":[]} ")]
    public async Task Anything_else_is_refused_and_nothing_is_sent(string method, string target, string rest)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        var response = await caller.ExchangeAsync(HeadOf(method, target) + rest);

        Assert.Equal((400, "malformed_request"), (response.Status, response.Reason));
        Assert.False(response.Reset);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task A_stranger_is_told_so_without_a_look_at_the_body()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        await caller.SendAsync("GET /v1/users HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ngw_wrong\r\nContent-Length: 2\r\n\r\n");

        Assert.Equal("invalid_key", (await caller.ReadResponseAsync()).Reason);
    }

    private static string HeadOf(string method, string target) => $"{method} {target} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\n";
}
