using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Promises;

/// <summary>Promise 3: method and target are judged on the exact bytes that Notion will receive.</summary>
public sealed class P03_What_was_authorised_is_what_is_sent
{
    [Theory]
    [InlineData("/v1/users/me")]
    [InlineData("/v1/users?page_size=3&start_cursor=a+b%20c%2Fd&x=2&&e=%C3%A9&q=[1]")]
    [InlineData("/v1/pages/0f0f/properties/%3Bx%40y%5Cz%7C")]
    [InlineData("/v1/pages/0f0f/properties/a!*'()b")]
    [InlineData("/v1/custom_emojis?name=%e2%9c%85&NAME=\"<>{}|^`\"")]
    [InlineData("/v1/pages/0f0f?filter_properties=fk%255EY&filter_properties=a%2Bb")]
    public async Task The_target_arrives_as_it_was_sent(string target)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        var answer = await caller.ExchangeAsync($"GET {target} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {The.Key}\r\nConnection: close\r\n\r\n");

        Assert.Equal(200, answer.Status);
        Assert.Equal(target, upstream.Only.Target);
    }

    [Fact]
    public async Task The_head_is_exactly_what_the_contract_lists()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        await caller.ExchangeAsync(
            $"POST /v1/search HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {The.Key}\r\nUser-Agent: tests/1\r\nAccept: */*\r\nX-Extra: 1\r\nCookie: a=b\r\n" +
            "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");

        Assert.Equal(
            $"POST /v1/search HTTP/1.1\r\nHost: {upstream.Address.Authority}\r\nAccept: */*\r\nNotion-Version: 2022-06-28\r\nUser-Agent: tests/1\r\n" +
            $"Authorization: Bearer {The.NotionToken}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n",
            upstream.Only.Head);
        Assert.Equal("{}", upstream.Only.BodyText);
    }
}
