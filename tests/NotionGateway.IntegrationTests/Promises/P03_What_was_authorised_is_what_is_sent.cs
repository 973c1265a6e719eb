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
    [InlineData("/v1/pages/0f0f/properties/%25s9")]
    [InlineData("/v1/pages/0f0f/properties/t%257B%257Di")]
    [InlineData("/v1/pages/0f0f/properties/jsI:@$&'()*+,;=~%20%C3%BC%2Eb")]
    [InlineData("/v1/custom_emojis?name=a%0Ab%09%E2%80%A8")]
    [InlineData("/v1/custom_emojis?name=%e2%9c%85&NAME=\"<>{}|^`\"")]
    [InlineData("/v1/pages/0f0f?filter_properties=fk%255EY&filter_properties=a%2Bb")]
    public async Task The_target_arrives_as_it_was_sent(string target)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        var response = await caller.ExchangeAsync($"GET {target} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {The.Key}\r\nConnection: close\r\n\r\n");

        Assert.Equal(200, response.Status);
        Assert.Equal(target, upstream.Only.Target);
    }

    [Fact]
    public async Task Ids_of_properties_arrive_as_they_were_sent_however_they_were_encoded()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();
        var random = new Random(20261127);
        var sent = new List<string>();
        for (var number = 0; number < 300; number++)
        {
            var id = string.Concat(Enumerable.Range(0, 4).Select(_ => (char)random.Next('!', '~' + 1)));
            var encoded = Enumerable.Range(0, 1 + (number % 2)).Aggregate(id, (text, _) => Uri.EscapeDataString(text));
            var target = $"/v1/pages/0f0f/properties/{encoded}?page_size={number}&start_cursor={encoded}";
            await caller.SendAsync($"GET {target} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {The.Key}\r\n\r\n");
            var response = await caller.ReadResponseAsync();
            Assert.True(response.Status == 200, $"{target}: {response.Text}");
            sent.Add(target);
        }

        Assert.Equal(sent, upstream.Requests.Select(request => request.Target));
    }

    [Fact]
    public async Task The_head_is_exactly_what_the_contract_lists()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        await caller.ExchangeAsync(
            $"POST /v1/search HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {The.Key}\r\nUser-Agent: tests/1\r\nAccept: */*\r\nX-Extra: 1\r\n" +
            "Cookie: a=b\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");

        Assert.Equal(
            $"POST /v1/search HTTP/1.1\r\nHost: {upstream.Address.Authority}\r\nAccept: */*\r\nNotion-Version: 2022-06-28\r\nUser-Agent: tests/1\r\n" +
            $"Authorization: Bearer {The.NotionToken}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n",
            upstream.Only.Head);
        Assert.Equal("{}", upstream.Only.BodyText);
    }
}
