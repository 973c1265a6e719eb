using System.Net;
using System.Text;
using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>
/// Edges close HTTP/2 connections all the time, and say which requests they have not processed: those are safe to send
/// again, whatever they are. The outcome of all others is unknown.
/// </summary>
public sealed class RefusedStreamTests : IDisposable
{
    private readonly PrivateAuthority _authority = new();

    [Theory]
    [InlineData("GET", "/v1/users", nameof(StreamFate.Refused))]
    [InlineData("GET", "/v1/users", nameof(StreamFate.LeftOut))]
    [InlineData("POST", "/v1/pages", nameof(StreamFate.Refused))]
    [InlineData("POST", "/v1/pages", nameof(StreamFate.LeftOut))]
    public async Task What_Notion_says_it_has_not_looked_at_is_sent_again(string method, string target, string fate)
    {
        await using var notion = new RawHttp2Notion(_authority.Issue("localhost"))
        {
            Fate = number => number == 1 ? Enum.Parse<StreamFate>(fate) : StreamFate.Answered,
        };
        await using var gateway = await StartAsync(notion);
        using var client = gateway.Client();
        using var first = await SendAsync(client, method, target);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        using var second = await SendAsync(client, method, target);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal([StreamFate.Answered, Enum.Parse<StreamFate>(fate), StreamFate.Answered], notion.Fates);

        // Each attempt took a permit of its own.
        await gateway.CountedAsync(3, "notion_gateway.upstream.requests");
    }

    [Theory]
    [InlineData("GET", "/v1/users", 2, nameof(StreamFate.Broken))]
    [InlineData("POST", "/v1/pages", 1, nameof(StreamFate.Broken))]
    [InlineData("GET", "/v1/users", 2, nameof(StreamFate.Cut))]
    [InlineData("POST", "/v1/pages", 1, nameof(StreamFate.Cut))]
    [InlineData("POST", "/v1/file_uploads/abc/complete", 1, nameof(StreamFate.Cut))]
    public async Task What_broke_off_without_a_word_is_sent_again_only_if_it_reads(string method, string target, int sendings, string fate)
    {
        await using var notion = new RawHttp2Notion(_authority.Issue("localhost"))
        {
            Fate = number => number == 0 ? Enum.Parse<StreamFate>(fate) : StreamFate.Answered,
        };
        await using var gateway = await StartAsync(notion);

        using var response = await SendAsync(gateway.Client(), method, target);

        Assert.Equal(sendings == 2 ? HttpStatusCode.OK : HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(sendings, notion.Fates.Count);
    }

    [Theory]
    [InlineData(nameof(StreamFate.RefusedIn200))]
    [InlineData(nameof(StreamFate.RefusedIn503))]
    public async Task What_has_a_head_was_looked_at_and_a_write_is_not_sent_again(string fate)
    {
        var reset = new TaskCompletionSource();
        await using var notion = new RawHttp2Notion(_authority.Issue("localhost"))
        {
            Fate = number => number == 0 ? Enum.Parse<StreamFate>(fate) : StreamFate.Answered,
            BeforeReset = reset.Task,
        };

        // With stored responses a write's response is held back until it is whole.
        await using var gateway = await StartAsync(notion, setup => setup.OnFakeTime()
            .Setting("Gateway:Forwarding:TotalTimeout", "00:01:37")
            .Setting("Gateway:Caching:Policies:short:Ttl", "00:01:00").Setting($"Gateway:Access:Callers:{The.Caller}:Cache", "short"));
        var writing = SendAsync(gateway.Client(), "POST", "/v1/pages");

        // The time that the response may take begins with its head.
        await gateway.Clock.WaitBegunAsync(TimeSpan.FromSeconds(97));
        reset.SetResult();
        using var response = await gateway.Clock.RunAsync(writing);

        Assert.Equal((502, "upstream_reset"), (response.Status(), response.Reason()));
        Assert.Contains("may have been applied", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(notion.Fates);
    }

    [Theory]
    [InlineData(nameof(StreamFate.Refused))]
    [InlineData(nameof(StreamFate.Broken))]
    [InlineData(nameof(StreamFate.Cut))]
    public async Task An_upload_that_Notion_broke_off_is_not_the_callers_fault(string fate)
    {
        await using var notion = new RawHttp2Notion(_authority.Issue("localhost")) { Fate = _ => Enum.Parse<StreamFate>(fate) };
        await using var gateway = await StartAsync(notion);

        // More than once, since it is a race what ends first: reading the body, or waiting for the answer.
        for (var round = 0; round < 15; round++)
        {
            using var caller = gateway.RawCaller();
            await caller.SendAsync(UploadHead + new string('x', round * 1000));
            var response = await caller.ReadResponseAsync();

            Assert.Equal((502, "upstream_reset"), (response.Status, response.Reason));
        }

        Assert.Equal(0, gateway.Metrics.Sum("notion_gateway.denials", ("reason", "malformed_request")));
    }

    public void Dispose() => _authority.Dispose();

    private const string UploadHead =
        $"POST /v1/file_uploads/abc/send HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nContent-Type: multipart/form-data; boundary=b\r\n" +
        "Content-Length: 20000\r\n\r\n";

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string target) =>
        client.SendAsync(
            new HttpRequestMessage(new HttpMethod(method), target)
            {
                Content = method == "GET" ? null : new StringContent("{}", Encoding.UTF8, "application/json"),
            });

    private Task<TestGateway> StartAsync(RawHttp2Notion notion, Action<GatewaySetup>? configure = null) => TestGateway.StartAsync(notion.Address, setup =>
    {
        setup.Setting("Gateway:Forwarding:ExtraCaFile", _authority.PemFile);
        configure?.Invoke(setup);
    });
}
