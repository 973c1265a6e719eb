using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Attacks;

/// <summary>
/// What breaks proxies that were not built against it, by number: each case is sent as raw bytes, and what comes back,
/// what Notion got and whether the gateway still works afterwards are checked.
/// </summary>
public sealed class AttackTests
{
    private static readonly Dictionary<string, AttackCase> Cases =
        HeaderAttacks.All.Concat(TargetAttacks.All).Concat(FramingAttacks.All).ToDictionary(attack => attack.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_gateway_holds_against(string name)
    {
        var attack = Cases[name];
        await using var upstream = new RecordingUpstream();
        if (attack.Answer is { } response)
        {
            upstream.Answer = response;
        }

        await using var gateway = await TestGateway.StartAsync(upstream.Address, attack.Setup);
        using var caller = gateway.RawCaller();

        var result = await caller.ExchangeAsync(attack.Request);

        Assert.Contains(result.Status, attack.Statuses);
        if (attack.Reason is not null)
        {
            Assert.Equal(attack.Reason, result.Reason);
            Assert.Contains("\"object\":\"error\"", result.Body);
        }

        Assert.Equal(attack.Sent, upstream.Requests.Count);
        attack.CheckResponse?.Invoke(result);
        foreach (var request in upstream.Requests)
        {
            Assert.Equal([$"Bearer {The.NotionToken}"], request.Values("Authorization"));
            attack.CheckSent?.Invoke(request);
        }

        await AssertStillWorksAsync(gateway, upstream);
        Assert.DoesNotContain(gateway.Logs.Lines, line => line.Text.Any(character => character is '\u001b' or '\0'));
    }

    private static async Task AssertStillWorksAsync(TestGateway gateway, RecordingUpstream upstream)
    {
        upstream.Answer = _ => RawResponse.Json("""{"object":"user"}""");
        using var next = gateway.RawCaller();
        var good = await next.ExchangeAsync($"GET /v1/users/me HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nConnection: close\r\n\r\n");
        Assert.Equal(200, good.Status);
        Assert.Empty(upstream.Requests[^1].Values("Cookie"));
    }
}
