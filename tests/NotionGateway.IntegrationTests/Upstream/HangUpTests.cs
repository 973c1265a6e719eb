using Microsoft.Extensions.Logging;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>Callers often hang up in the middle of their bodies: that is logged and counted as a hang-up, in one line and without a stack trace.</summary>
public sealed class HangUpTests
{
    private const int Rounds = 20;

    [Theory]
    [InlineData("/v1/pages", "application/json", false, false)]
    [InlineData("/v1/pages", "application/json", false, true)]
    [InlineData("/v1/pages", "application/json", true, false)]
    [InlineData("/v1/pages", "application/json", true, true)]
    [InlineData("/v1/file_uploads/abc/send", "multipart/form-data; boundary=b", false, false)]
    [InlineData("/v1/file_uploads/abc/send", "multipart/form-data; boundary=b", true, true)]
    public async Task A_hang_up_is_a_hang_up(string target, string type, bool chunked, bool politely)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        await Task.WhenAll(Enumerable.Range(0, Rounds).Select(round => HangUpAsync(gateway.RawCaller(), target, type, chunked, politely, round)));

        await gateway.CountedAsync(Rounds, "notion_gateway.requests", ("outcome", "cancelled"), ("status", "499"));
        Assert.Equal(Rounds, gateway.Metrics.Sum("notion_gateway.requests"));
        Assert.Empty(gateway.Metrics.Matching("notion_gateway.denials"));
        await gateway.UntilAsync(() => gateway.Logs.Named("Request").Count() == Rounds, "the lines to be written");
        AssertQuiet(gateway);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task On_the_other_listeners_and_for_applications_it_is_quiet_too(bool politely)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup
            .OAuthApp("shop").Operator(The.OperatorKey).Caller(The.Caller, The.Key, ["all", "oauth:shop"]));
        var basic = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"shop:{The.Key}"));

        for (var round = 0; round < Rounds; round++)
        {
            await HangUpAsync(
                new RawCaller(gateway.Operator, gateway.Canaries), "/operator/v1/connect-links", "application/json", false, politely, round, The.OperatorKey);
            await HangUpAsync(new RawCaller(gateway.Connect, gateway.Canaries), "/connect/abc", "application/json", false, politely, round);
            await HangUpAsync(gateway.RawCaller(), "/v1/oauth/token", "application/json", round % 2 == 0, politely, round, authorization: $"Basic {basic}");
        }

        await gateway.CountedAsync(Rounds, "notion_gateway.requests", ("outcome", "cancelled"), ("status", "499"));
        AssertQuiet(gateway);
    }

    private static async Task HangUpAsync(
        RawCaller caller, string target, string type, bool chunked, bool politely, int round, string key = The.Key, string? authorization = null)
    {
        using (caller)
        {
            await caller.SendAsync($"POST {target} HTTP/1.1\r\nHost: g\r\nAuthorization: {authorization ?? $"Bearer {key}"}\r\nContent-Type: {type}\r\n"
                + (chunked ? "Transfer-Encoding: chunked\r\n\r\n64\r\n" : "Content-Length: 100\r\n\r\n") + "half of it");
            await Task.Delay(round % 4 * 10);
            if (!politely)
            {
                caller.HangUp();
            }
        }
    }

    private static void AssertQuiet(TestGateway gateway)
    {
        Assert.Empty(gateway.Logs.Named("Unforeseen"));
        Assert.DoesNotContain(
            gateway.Logs.Lines, line => line.Level >= LogLevel.Warning && line.Category.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Logs.Lines, line => line.Level >= LogLevel.Error);
    }
}
