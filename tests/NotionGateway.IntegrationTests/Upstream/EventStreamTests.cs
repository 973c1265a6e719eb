using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>Server-sent events: each arrives when it is sent, a stream with events has no time limit, and a silent one is cut.</summary>
public sealed class EventStreamTests : IDisposable
{
    /// <summary>Real time, since the forwarder's own clock counts it: long enough that every stream has begun before.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(3);

    private readonly PrivateAuthority _authority = new();
    private readonly SemaphoreSlim _next = new(0);

    [Theory]
    [InlineData("HTTP/1.1", "1.1")]
    [InlineData("HTTP/2", "1.1")]
    [InlineData("HTTP/2", "2.0")]
    public async Task Each_event_arrives_before_the_next_is_sent_and_a_lively_stream_outlives_the_total_timeout(string towardsNotion, string towardsCaller)
    {
        await using var notion = await PretendNotion.StartAsync(towardsNotion == "HTTP/2" ? _authority.Issue("localhost") : null);
        notion.Answer = context => SendEventsAsync(context, 8);
        await using var gateway = await StartAsync(notion, towardsCaller, ("TotalTimeout", "00:00:00.5"), ("ResponseTimeout", "00:00:00.5"));

        using var response = await OpenAsync(gateway, towardsCaller);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var number = 0; number < 8; number++)
        {
            Assert.Equal($"data: {number}", await events.ReadLineAsync().WaitAsync(SafetyNet.Timeout));
            Assert.Equal("", await events.ReadLineAsync().WaitAsync(SafetyNet.Timeout));

            // Only now may the next be sent; the pause makes the stream longer than the total timeout.
            gateway.Clock.Advance(TimeSpan.FromMilliseconds(100));
            _next.Release();
        }

        Assert.Null(await events.ReadLineAsync());
        Assert.Equal(towardsNotion, Assert.Single(notion.Requests).Protocol);
    }

    [Fact]
    public async Task Half_an_event_is_passed_on_too()
    {
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("da");
            await context.Response.Body.FlushAsync();
            await _next.WaitAsync();
            await context.Response.WriteAsync("ta: 1\n\n");
        };
        await using var gateway = await StartAsync(notion, "1.1");

        using var response = await OpenAsync(gateway, "1.1");
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[100];
        Assert.Equal("da", Encoding.UTF8.GetString(buffer, 0, await body.ReadAsync(buffer).AsTask().WaitAsync(SafetyNet.Timeout)));
        _next.Release();
        Assert.Equal("ta: 1\n\n", Encoding.UTF8.GetString(buffer, 0, await body.ReadAtLeastAsync(buffer, 7)));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_stream_that_falls_silent_is_cut_on_both_sides_and_does_not_look_whole(string towardsCaller)
    {
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = context => SendEventsAsync(context, 2);
        await using var gateway = await StartAsync(notion, towardsCaller, ("StreamIdleTimeout", IdleTimeout.ToString("c")));

        var since = TimeProvider.System.GetTimestamp();
        using var response = await OpenAsync(gateway, towardsCaller);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("data: 0", await events.ReadLineAsync());
        await Assert.ThrowsAnyAsync<Exception>(() => events.ReadToEndAsync().WaitAsync(SafetyNet.Timeout));

        Assert.True(TimeProvider.System.GetElapsedTime(since) >= IdleTimeout / 2, "The stream was cut too soon.");
        await gateway.UntilAsync(() => notion.Requests[0].Aborted.IsCancellationRequested, "the stream to be given up at Notion");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Streams_that_fell_silent_are_counted_as_failed_and_not_as_given_up_by_their_callers(string towardsCaller)
    {
        // Several, since who notices the end of a cut stream first is a race.
        const int Streams = 12;
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = context => SendEventsAsync(context, 2);
        await using var gateway = await StartAsync(notion, towardsCaller, ("StreamIdleTimeout", IdleTimeout.ToString("c")));

        var responses = await gateway.Clock.RunAsync(
            Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => OpenAsync(gateway, towardsCaller))));
        await Task.WhenAll(
            responses.Select(response => Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync().WaitAsync(SafetyNet.Timeout))));

        await gateway.UntilAsync(() => gateway.Metrics.Sum("notion_gateway.requests") == Streams, "the requests to be counted");
        Assert.Equal(Streams, gateway.Metrics.Sum("notion_gateway.requests", ("operation", "sessions.create"), ("outcome", "failed")));
    }

    [Fact]
    public async Task A_stream_that_does_not_begin_is_given_up_at_the_response_timeout()
    {
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        await using var gateway = await StartAsync(notion, "1.1", ("ResponseTimeout", "00:00:00.4"));

        var opening = OpenAsync(gateway, "1.1");
        await gateway.UntilAsync(() => notion.Requests.Count == 1, "the request to be sent");
        gateway.Clock.Advance(TimeSpan.FromSeconds(0.4));
        using var response = await opening;

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal(["upstream_timeout"], response.Headers.GetValues("Notion-Gateway-Reason"));
    }

    [Fact]
    public async Task An_error_instead_of_a_stream_that_does_not_come_to_an_end_is_a_timeout()
    {
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = async context =>
        {
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        };
        await using var gateway = await StartAsync(notion, "1.1", ("StreamIdleTimeout", "00:00:00.4"));

        using var response = await OpenAsync(gateway, "1.1");

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal(["upstream_timeout"], response.Headers.GetValues("Notion-Gateway-Reason"));
    }

    [Fact]
    public async Task Without_asking_for_events_the_same_operation_has_an_end()
    {
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = context => SendEventsAsync(context, 2);
        await using var gateway = await StartAsync(notion, "1.1", ("ResponseTimeout", "00:00:00.3"), ("TotalTimeout", "00:00:00.5"));

        using var response = await OpenAsync(gateway, "1.1", accept: "application/json");
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync());
        gateway.Clock.Advance(TimeSpan.FromSeconds(0.5));

        await Assert.ThrowsAnyAsync<Exception>(() => events.ReadToEndAsync().WaitAsync(SafetyNet.Timeout));
    }

    /// <summary>No timeout is near: only the hang-up can end it.</summary>
    [Theory]
    [InlineData("HTTP/1.1", "1.1")]
    [InlineData("HTTP/2", "1.1")]
    [InlineData("HTTP/2", "2.0")]
    public async Task A_lively_stream_whose_reader_hangs_up_is_closed_at_Notion_too(string towardsNotion, string towardsCaller)
    {
        await using var notion = await PretendNotion.StartAsync(towardsNotion == "HTTP/2" ? _authority.Issue("localhost") : null);
        notion.Answer = context => SendForEverAsync(context, "text/event-stream");
        await using var gateway = await StartAsync(notion, towardsCaller);
        await ReadALittleAsync(await OpenAsync(gateway, towardsCaller));

        await gateway.UntilAsync(() => notion.Requests[0].Aborted.IsCancellationRequested, "the stream to be given up");
        await gateway.CountedAsync(1, "notion_gateway.requests", ("outcome", "cancelled"), ("status", "499"));
    }

    [Fact]
    public async Task So_is_the_rest_of_a_writes_answer_that_has_begun()
    {
        await using var notion = await PretendNotion.StartAsync();
        notion.Answer = context => SendForEverAsync(context, "application/json");
        await using var gateway = await StartAsync(notion, "1.1");
        await ReadALittleAsync(await OpenAsync(gateway, "1.1", accept: "application/json"));

        await gateway.UntilAsync(() => notion.Requests[0].Aborted.IsCancellationRequested, "the answer to be given up");
        await gateway.CountedAsync(1, "notion_gateway.requests", ("outcome", "cancelled"), ("status", "499"));
    }

    public void Dispose()
    {
        _next.Dispose();
        _authority.Dispose();
    }

    private static async Task SendForEverAsync(HttpContext context, string type)
    {
        context.Response.ContentType = type;
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.WriteAsync("data: still here\n\n");
            await context.Response.Body.FlushAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private static async Task ReadALittleAsync(HttpResponseMessage response)
    {
        using (response)
        {
            await using var body = await response.Content.ReadAsStreamAsync();
            Assert.True(await body.ReadAsync(new byte[10]) > 0);
        }
    }

    private async Task SendEventsAsync(HttpContext context, int count)
    {
        context.Response.ContentType = "text/event-stream";
        for (var number = 0; number < count; number++)
        {
            await context.Response.WriteAsync($"data: {number}\n\n");
            await context.Response.Body.FlushAsync();
            await _next.WaitAsync(context.RequestAborted);
        }
    }

    private static async Task<HttpResponseMessage> OpenAsync(TestGateway gateway, string version, string accept = "text/event-stream")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sessions")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
            Headers = { { "Accept", accept } },
        };
        return await gateway.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private Task<TestGateway> StartAsync(PretendNotion notion, string towardsCaller, params (string Key, string Value)[] settings) =>
        TestGateway.StartAsync(notion.Address(scheme: notion.IsSecure ? "https" : "http"), setup =>
        {
            setup
                .OnFakeTime()
                .Setting("Gateway:ShutdownTimeout", "00:00:02")
                .Setting("Gateway:Forwarding:ExtraCaFile", _authority.PemFile)
                .Setting("Kestrel:Endpoints:Data:Protocols", towardsCaller == "2.0" ? "Http2" : "Http1");
            foreach (var (key, value) in settings)
            {
                setup.Setting($"Gateway:Forwarding:{key}", value);
            }
        });
}
