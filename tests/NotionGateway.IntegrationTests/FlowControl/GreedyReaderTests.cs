using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Bodies;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>Bodies that arrive slowly reserve no memory for bytes that have not arrived, and take no other caller's share.</summary>
public sealed class GreedyReaderTests : IDisposable
{
    private const int Announced = 1_048_576;

    private readonly List<RawCaller> _greedy = [];

    [Fact]
    public async Task What_is_announced_and_does_not_come_takes_no_memory()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        await OpenAsync(gateway, 24, bytes: 1);

        Assert.InRange(gateway.Services.GetRequiredService<BodyBudget>().Taken, 1, 24 * 8192);
        await PostManyAsync(gateway);
    }

    [Fact]
    public async Task What_has_come_is_taken_from_the_caller_that_holds_most()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        await OpenAsync(gateway, 24, bytes: 300_000);

        await PostManyAsync(gateway);

        await gateway.UntilAsync(() => gateway.Metrics.Sum("notion_gateway.denials", ("reason", "overloaded")) > 0, "the greedy caller to be denied");
        Assert.Equal(
            gateway.Metrics.Sum("notion_gateway.denials"),
            gateway.Metrics.Sum("notion_gateway.denials", ("caller", The.Caller), ("reason", "overloaded"), ("status", "503")));

        // Those that still come can be finished, and all memory goes back.
        _greedy.ForEach(caller => caller.HangUp());
        var budget = gateway.Services.GetRequiredService<BodyBudget>();
        await gateway.UntilAsync(() => budget.Taken == 0, "the memory to be given back");
    }

    public void Dispose() => _greedy.ForEach(caller => caller.Dispose());

    /// <summary>Twenty requests of the modest caller, two at a time, as large as they may be.</summary>
    private static async Task PostManyAsync(TestGateway gateway)
    {
        using var modest = gateway.Client(The.OtherKey);
        for (var i = 0; i < 10; i++)
        {
            var responses = await Task.WhenAll(
                Enumerable.Range(0, 2).Select(
                    _ => modest.PostAsync("/v1/pages", new StringContent(new string(' ', Announced - 2) + "{}", Encoding.UTF8, "application/json"))));
            Assert.All(responses, response => Assert.Equal(200, response.Status()));
        }
    }

    private async Task OpenAsync(TestGateway gateway, int connections, int bytes)
    {
        var budget = gateway.Services.GetRequiredService<BodyBudget>();
        for (var i = 0; i < connections; i++)
        {
            var caller = gateway.RawCaller();
            _greedy.Add(caller);
            var before = budget.Taken;
            await caller.SendAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"POST /v1/pages HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nContent-Type: application/json\r\n" +
                    $"Content-Length: {Announced}\r\n\r\n") +
                new string(' ', bytes));
            await gateway.UntilAsync(
                () => budget.Taken >= Math.Min(before + bytes, 8_000_000) || gateway.Metrics.Sum("notion_gateway.denials") > 0, "the bytes to be read");
        }
    }

    private static Task<TestGateway> StartAsync(RecordingUpstream upstream) => TestGateway.StartAsync(upstream.Address, setup => setup
        .Caller(The.Caller, The.Key).Caller("modest", The.OtherKey).Setting("Gateway:Limits:MaxBufferedBytes", "8388608"));
}
