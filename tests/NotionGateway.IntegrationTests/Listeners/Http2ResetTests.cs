using System.Net;
using Microsoft.AspNetCore.Http;
using NotionGateway.IntegrationTests.Upstream;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Listeners;

/// <summary>Callers that reset a stream of HTTP/2 half-way: nothing is left behind, reads are given up, writes are finished.</summary>
public sealed class Http2ResetTests
{
    [Fact]
    public async Task A_body_that_is_broken_off_is_never_sent()
    {
        await using var notion = await PretendNotion.StartAsync();
        await using var gateway = await StartAsync(notion);
        using var caller = await RawHttp2Caller.ConnectAsync(gateway);

        await caller.SendHeadAsync(1, "POST", "/v1/pages", hasBody: true, ("content-type", "application/json"));
        await caller.SendDataAsync(1, "{\"a\":", end: false);
        await caller.ResetAsync(1);
        await EndedAsync(gateway, "cancelled");

        Assert.Empty(notion.Requests);
        await AssertStillServesAsync(gateway, caller, stream: 3);
    }

    [Fact]
    public async Task A_read_that_is_reset_is_given_up_at_Notion_too()
    {
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        await using var gateway = await StartAsync(notion);
        using var caller = await RawHttp2Caller.ConnectAsync(gateway);
        await caller.SendHeadAsync(1, "GET", "/v1/users", hasBody: false);
        await gateway.UntilAsync(() => notion.Requests.Count == 1, "the read to arrive");

        await caller.ResetAsync(1);

        await gateway.UntilAsync(() => notion.Requests[0].Aborted.IsCancellationRequested, "the read to be given up");
        await EndedAsync(gateway, "cancelled");
        notion.Answer = context => context.Response.WriteAsync("{}");
        await AssertStillServesAsync(gateway, caller, stream: 3);
    }

    [Fact]
    public async Task A_write_that_is_reset_is_finished()
    {
        var release = new TaskCompletionSource();
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = async context =>
        {
            await release.Task;
            await context.Response.WriteAsync("{}");
        };
        await using var gateway = await StartAsync(notion);
        using var caller = await RawHttp2Caller.ConnectAsync(gateway);
        await caller.SendHeadAsync(1, "POST", "/v1/pages", hasBody: true, ("content-type", "application/json"));
        await caller.SendDataAsync(1, "{}", end: true);
        await gateway.UntilAsync(() => notion.Requests.Count == 1, "the write to arrive");

        await caller.ResetAsync(1);
        await caller.SendHeadAsync(3, "GET", "/v1/nothing", hasBody: false);
        Assert.Equal(400, (await caller.ReadAsync(3)).Status);
        release.SetResult();

        await EndedAsync(gateway, "cancelled");
        Assert.False(notion.Requests[0].Aborted.IsCancellationRequested);
        Assert.Equal(1, gateway.Metrics.Sum("notion_gateway.upstream.responses", ("operation", "pages.create"), ("status", "200")));
    }

    [Fact]
    public async Task A_burst_of_resets_leaves_a_gateway_that_works()
    {
        await using var notion = await PretendNotion.StartAsync();
        await using var gateway = await StartAsync(notion);
        using var caller = await RawHttp2Caller.ConnectAsync(gateway);
        for (var stream = 1; stream < 100; stream += 2)
        {
            await caller.SendHeadAsync(stream, "GET", "/v1/users", hasBody: false);
            await caller.ResetAsync(stream);
        }

        Assert.Equal(HttpStatusCode.OK, (await gateway.Client(version: HttpVersion.Version20).GetAsync("/v1/users")).StatusCode);
        await gateway.UntilAsync(() => gateway.Services.GetService(typeof(Health.Drain)) is Health.Drain { UnderWay: 0 }, "nothing to be left in progress");
        Assert.InRange(notion.Requests.Count, 1, 51);
    }

    private static Task<TestGateway> StartAsync(PretendNotion notion) =>
        TestGateway.StartAsync(notion.Address("127.0.0.1", "http"), setup => setup.Setting("Kestrel:Endpoints:Data:Protocols", "Http2"));

    private static Task EndedAsync(TestGateway gateway, string outcome) =>
        gateway.UntilAsync(() => gateway.Metrics.Sum("notion_gateway.requests", ("outcome", outcome), ("status", "499")) == 1, "the request to end");

    private static async Task AssertStillServesAsync(TestGateway gateway, RawHttp2Caller caller, int stream)
    {
        await caller.SendHeadAsync(stream, "GET", "/v1/users", hasBody: false);
        Assert.Equal(200, (await caller.ReadAsync(stream)).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client(version: HttpVersion.Version20).GetAsync("/v1/users")).StatusCode);
    }
}
