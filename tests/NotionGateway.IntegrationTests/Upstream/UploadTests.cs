using Microsoft.AspNetCore.Http;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>
/// Uploads are streamed: bytes are sent on as they arrive, an upload that makes progress has no time limit, and silence on either
/// side ends it with an error that says which side was silent.
/// </summary>
public sealed class UploadTests
{
    private const string ShortIdle = "00:00:02";

    [Fact]
    public async Task An_upload_goes_on_as_it_comes_and_outlives_the_total_timeout()
    {
        const int Piece = 40_000;
        var received = 0;
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = async context =>
        {
            var buffer = new byte[Piece];
            while (await context.Request.Body.ReadAsync(buffer) is var read and > 0)
            {
                Interlocked.Add(ref received, read);
            }

            await context.Response.WriteAsync("{}");
        };
        await using var gateway = await StartAsync(notion);
        using var caller = gateway.RawCaller();

        await caller.SendAsync(HeadOf(10 * Piece));
        for (var piece = 1; piece <= 10; piece++)
        {
            await caller.SendAsync(new string('x', Piece));

            // The last few thousand bytes may wait in a buffer for what follows them.
            await gateway.UntilAsync(() => Volatile.Read(ref received) > (piece * Piece) - 20_000, "the piece to arrive before the next is sent");
            gateway.Clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(200, (await caller.ReadResponseAsync()).Status);
        Assert.Equal(10 * Piece, received);
    }

    [Fact]
    public async Task An_upload_that_is_answered_by_nobody_is_a_timeout_of_Notions()
    {
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        };
        await using var gateway = await StartAsync(notion, inRealTime: true, ShortIdle);
        using var caller = gateway.RawCaller();

        await caller.SendAsync(HeadOf(100) + new string('x', 100));
        await gateway.UntilAsync(() => notion.Requests.Count == 1, "the upload to begin");
        var response = await caller.ReadResponseAsync();

        Assert.Equal((504, "upstream_timeout"), (response.Status, response.Reason));
        await gateway.UntilAsync(() => notion.Requests[0].Aborted.IsCancellationRequested, "the upload to be given up at Notion");
    }

    [Fact]
    public async Task An_upload_whose_caller_falls_silent_is_no_timeout_of_Notions()
    {
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = context => context.Request.Body.CopyToAsync(Stream.Null);
        await using var gateway = await StartAsync(notion, inRealTime: true, ShortIdle);
        using var caller = gateway.RawCaller();

        await caller.SendAsync(HeadOf(100) + "half of it");
        await gateway.UntilAsync(() => notion.Requests.Count == 1, "the upload to begin");
        var response = await caller.ReadResponseAsync();

        Assert.Equal((400, "malformed_request", "close"), (response.Status, response.Reason, response.Header("Connection")));
        await gateway.UntilAsync(() => notion.Requests[0].Aborted.IsCancellationRequested, "the upload to be given up at Notion");
    }

    [Fact]
    public async Task An_upload_whose_caller_hangs_up_is_never_completed_at_Notion_and_is_no_fault_of_the_callers()
    {
        const int Rounds = 30;
        var whole = 0;
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            Interlocked.Increment(ref whole);
        };
        await using var gateway = await StartAsync(notion, inRealTime: true);

        // More than once, since it is a race who notices first: who reads the body, or who watches the connection.
        for (var round = 0; round < Rounds; round++)
        {
            using var caller = gateway.RawCaller();
            await caller.SendAsync(HeadOf(100) + "half of it");
            await gateway.UntilAsync(() => notion.Requests.Count == round + 1, "the upload to begin");
            caller.HangUp();
            await gateway.UntilAsync(() => notion.Requests[round].Aborted.IsCancellationRequested, "the upload to be given up at Notion");
        }

        Assert.Equal(0, whole);
        await gateway.UntilAsync(() => gateway.Metrics.Sum("notion_gateway.requests") == Rounds, "the requests to be counted");
        Assert.Equal(Rounds, gateway.Metrics.Sum("notion_gateway.requests", ("outcome", "cancelled"), ("status", "499")));
        Assert.Empty(gateway.Metrics.Matching("notion_gateway.denials"));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task An_upload_that_took_longer_than_the_total_timeout_gets_Notions_answer(int status)
    {
        const string Error = """{"object":"error","code":"some_code"}""";
        await using var notion = await PretendNotion.StartAsync();
        await using var gateway = await StartAsync(notion);
        notion.Answer = async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            (context.Response.StatusCode, context.Response.ContentLength) = (status, Error.Length);
            await context.Response.Body.FlushAsync();

            // The body comes a little later than the head, so that a deadline that is over by then shows.
            gateway.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await context.Response.WriteAsync(Error);
        };
        using var caller = gateway.RawCaller();

        await caller.SendAsync(HeadOf(800));
        for (var piece = 0; piece < 8; piece++)
        {
            await caller.SendAsync(new string('x', 100));
            gateway.Clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        var response = await caller.ReadResponseAsync();
        Assert.Equal((status, null, Error), (response.Status, response.Reason, response.Body));
    }

    private static string HeadOf(int length) =>
        $"POST /v1/file_uploads/abc/send HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nContent-Type: multipart/form-data; boundary=b\r\n" +
        $"Content-Length: {length}\r\n\r\n";

    // Only a test of silence makes it short. Those run in real time, since the forwarder's own clock counts silence.
    private static Task<TestGateway> StartAsync(PretendNotion notion, bool inRealTime = false, string idle = "00:01:00") =>
        TestGateway.StartAsync(notion.Address("127.0.0.1", "http"), setup => (inRealTime ? setup : setup.OnFakeTime())
            .Setting("Gateway:Forwarding:ResponseTimeout", "00:00:00.4")
            .Setting("Gateway:Forwarding:TotalTimeout", "00:00:00.5")
            .Setting("Gateway:Forwarding:StreamIdleTimeout", idle));
}
