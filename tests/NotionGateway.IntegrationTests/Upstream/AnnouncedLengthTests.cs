using Microsoft.Extensions.DependencyInjection;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>Over HTTP/2 a response can end in order and still not have the length that it announces: then it is not whole.</summary>
public sealed class AnnouncedLengthTests : IDisposable
{
    /// <summary>What the token proves to be, so that responses are stored.</summary>
    private const string Bot = """{"object":"user","id":"b07b07b0-0000-4000-8000-000000000001","type":"bot","bot":{"workspace_id":"w"}}""";

    private readonly PrivateAuthority _authority = new();

    [Theory]
    [InlineData(nameof(StreamFate.TooShort))]
    [InlineData(nameof(StreamFate.TooLong))]
    public async Task A_response_of_another_length_is_given_to_nobody_who_waits(string fate)
    {
        await using var notion = Notion(number => number == 1 ? Enum.Parse<StreamFate>(fate) : StreamFate.Answered);
        await using var gateway = await StartAsync(notion, setup => setup
            .Setting("Gateway:Caching:Coalesce", "Queued").Limit(60, 60).Flow("MaxAttempts", "1")
            .Flow("Plans:Standard:RatePerSecond", "1").Flow("Plans:Standard:Burst", "1"));
        using var client = gateway.Client();
        Assert.Equal(200, (await gateway.Clock.RunAsync(gateway.GetAsync("/v1/users"))).Status());
        foreach (var binding in gateway.Services.GetRequiredService<ConnectionQueues>().Bindings)
        {
            // However long the first request took, whatever comes now waits.
            binding.ConnectionQueue.Hold(gateway.Clock.Monotonic() + TimeSpan.FromSeconds(1));
        }

        var all = gateway.SendMany(client, 3);
        await gateway.WaitingAsync(3);
        var responses = await gateway.Clock.RunAsync(Task.WhenAll(all));

        Assert.Equal([(200, null), (200, null), (502, "upstream_reset")], responses.Select(response => (response.Status(), response.Reason())).Order());
        foreach (var response in responses.Where(response => response.Status() == 200))
        {
            Assert.Equal(Bot, await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(3, notion.Fates.Count);
    }

    [Theory]
    [InlineData(nameof(StreamFate.TooShort))]
    [InlineData(nameof(StreamFate.TooLong))]
    public async Task A_read_of_another_length_is_repeated_and_not_stored(string fate)
    {
        // The first request asks whose token it is.
        await using var notion = Notion(number => number == 1 ? Enum.Parse<StreamFate>(fate) : StreamFate.Answered);
        await using var gateway = await StartAsync(
            notion, setup => setup.Credential("default", The.NotionToken, probe: true).Caller(The.Caller, The.Key, credential: "default"));
        for (var round = 0; round < 2; round++)
        {
            var response = await gateway.Clock.RunAsync(gateway.GetAsync());
            Assert.Equal((200, Bot), (response.Status(), await response.Content.ReadAsStringAsync()));
        }

        // What was whole has been stored.
        Assert.Equal([StreamFate.Answered, Enum.Parse<StreamFate>(fate), StreamFate.Answered], notion.Fates);
    }

    [Theory]
    [InlineData(nameof(StreamFate.TooShort))]
    [InlineData(nameof(StreamFate.TooLong))]
    public async Task A_write_with_a_response_of_another_length_is_not_sent_again(string fate)
    {
        await using var notion = Notion(_ => Enum.Parse<StreamFate>(fate));
        await using var gateway = await StartAsync(notion);

        var response = await gateway.Clock.RunAsync(gateway.WriteAsync());

        Assert.Equal((502, "upstream_reset"), (response.Status(), response.Reason()));
        Assert.Contains("may have been applied", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(notion.Fates);
    }

    public void Dispose() => _authority.Dispose();

    private RawHttp2Notion Notion(Func<int, StreamFate> fate) => new(_authority.Issue("localhost")) { Fate = fate, Body = Bot };

    private Task<TestGateway> StartAsync(RawHttp2Notion notion, Action<GatewaySetup>? configure = null) => TestGateway.StartAsync(notion.Address, setup =>
    {
        setup.OnFakeTime().Setting("Gateway:Forwarding:ExtraCaFile", _authority.PemFile)
            .Setting("Gateway:Caching:Policies:short:Ttl", "00:01:00").Setting($"Gateway:Access:Callers:{The.Caller}:Cache", "short");
        configure?.Invoke(setup);
    });
}
