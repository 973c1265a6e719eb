using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using NotionGateway.IntegrationTests.Upstream;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>An upload is streamed, so what was sent cannot be sent again: only an upload of which nothing was sent yet is retried.</summary>
public sealed class UploadRetryTests : IDisposable
{
    private const string Head =
        $"POST /v1/file_uploads/abc/send HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nContent-Type: multipart/form-data; boundary=b\r\n";

    private const string Body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nthe whole of it\r\n--b--\r\n";

    private readonly PrivateAuthority _authority = new();

    [Theory]
    [InlineData(429)]
    [InlineData(529)]
    public async Task An_upload_whose_bytes_have_gone_is_not_repeated(int status)
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = Flowing.InPermit(status == 429 ? Flowing.Limited() : Flowing.Error(529, "service_overload", "Retry-After: 1")),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        await caller.SendAsync($"{Head}Content-Length: {Body.Length}\r\n\r\n{Body}");
        var response = await caller.ReadResponseAsync();

        Assert.Equal((429, "1"), (response.Status, response.Header("Retry-After")));
        Assert.Equal(status == 429 ? null : "upstream_overloaded", response.Reason);
        Assert.Equal(Body, upstream.Only.BodyText);
        Assert.Equal(0, gateway.Metrics.Sum("notion_gateway.upstream.retries"));

        // The pause holds for it as for everything else.
        await caller.SendAsync($"{Head}Content-Length: {Body.Length}\r\n\r\n{Body}");
        Assert.Equal(200, (await caller.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task An_upload_that_waits_in_the_queue_keeps_its_body_to_the_byte()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Limit(1, 1));
        Assert.Equal(200, (await gateway.GetAsync()).Status());
        using var caller = gateway.RawCaller();

        await caller.SendAsync($"{Head}Content-Length: {Body.Length}\r\n\r\n{Body}");

        Assert.Equal(200, (await caller.ReadResponseAsync()).Status);
        Assert.Equal(Body, upstream.Requests[1].BodyText);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_that_found_nobody_there_is_sent_whole_when_somebody_is(bool chunked)
    {
        var gone = new RecordingUpstream();
        var address = gone.Address;
        await gone.DisposeAsync();
        await using var gateway = await TestGateway.StartAsync(address, setup => setup.Flow("MaxAttempts", "10"));
        using var caller = gateway.RawCaller();
        await caller.SendAsync(HeadOf(chunked) + BodyOf(chunked));
        await gateway.UntilAsync(() => gateway.Metrics.Sum("notion_gateway.upstream.retries", ("cause", "connection")) >= 1, "the first try to fail");
        await using var upstream = await PretendNotion.StartAsync(port: address.Port);
        var bodies = Take(upstream, refuses: false);

        Assert.Equal(200, (await caller.ReadResponseAsync()).Status);
        Assert.Equal(Body, Assert.Single(bodies));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Over_HTTP_2_an_upload_refused_before_its_first_byte_came_is_sent_whole_afterwards(bool chunked)
    {
        await using var upstream = await PretendNotion.StartAsync(_authority.Issue("localhost"));
        var bodies = Take(upstream);
        await using var gateway = await StartAsync(upstream);
        using var caller = gateway.RawCaller();

        await caller.SendAsync(HeadOf(chunked));
        await gateway.CountedAsync(1, "notion_gateway.upstream.retries", ("cause", "rate_limited"));
        await caller.SendAsync(BodyOf(chunked));

        Assert.Equal(200, (await caller.ReadResponseAsync()).Status);
        Assert.Equal(["HTTP/2", "HTTP/2"], upstream.Requests.Select(request => request.Protocol));
        Assert.Equal(Body, Assert.Single(bodies));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Over_HTTP_1_an_early_answer_is_read_after_the_body_and_handed_on(bool chunked)
    {
        await using var upstream = await PretendNotion.StartAsync();
        var bodies = Take(upstream);
        await using var gateway = await StartAsync(upstream, "http");
        using var caller = gateway.RawCaller();

        await caller.SendAsync(HeadOf(chunked));
        await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the head to arrive");
        await caller.SendAsync(BodyOf(chunked));

        Assert.Equal(429, (await caller.ReadResponseAsync()).Status);
        Assert.Empty(bodies);
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_begins_to_come_while_it_is_refused_is_sent_whole_or_not_at_all(bool chunked)
    {
        const int Uploads = 20;
        await using var upstream = await PretendNotion.StartAsync(_authority.Issue("localhost"));
        var seen = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var bodies = Take(upstream, seen);
        await using var gateway = await StartAsync(upstream);

        var responses = await Task.WhenAll(Enumerable.Range(0, Uploads).Select(async number =>
        {
            using var caller = gateway.RawCaller();
            var name = number.ToString(CultureInfo.InvariantCulture);
            await caller.SendAsync(HeadOf(chunked).Replace("Host: g", $"Host: g\r\nUser-Agent: {name}", StringComparison.Ordinal));
            await gateway.UntilAsync(() => seen.ContainsKey(name), "the head to arrive");
            await caller.SendAsync(BodyOf(chunked));
            return await caller.ReadResponseAsync();
        }));

        Assert.All(bodies, body => Assert.Equal(Body, body));
        Assert.All(responses, response => Assert.True(response.Status is 200 or 429, response.Text));
        Assert.Equal(responses.Count(response => response.Status == 200), bodies.Count);
    }

    public void Dispose() => _authority.Dispose();

    private static string HeadOf(bool chunked) => Head + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {Body.Length}\r\n\r\n");

    private static string BodyOf(bool chunked) => chunked ? $"{Body.Length:x}\r\n{Body}\r\n0\r\n\r\n" : Body;

    /// <summary>Refuses an upload as soon as its head is there the first time it comes, and takes it the second time.</summary>
    private static ConcurrentQueue<string> Take(PretendNotion upstream, ConcurrentDictionary<string, int>? seen = null, bool refuses = true)
    {
        var bodies = new ConcurrentQueue<string>();
        upstream.Answer = async context =>
        {
            var agent = context.Request.Headers.UserAgent.ToString();
            var times = (seen ??= new(StringComparer.Ordinal)).AddOrUpdate(agent, 1, (_, before) => before + 1);
            if (refuses && times == 1)
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "1";
                await context.Response.WriteAsync("{}");
                return;
            }

            using var reader = new StreamReader(context.Request.Body);
            bodies.Enqueue(await reader.ReadToEndAsync());
            await context.Response.WriteAsync("{}");
        };
        return bodies;
    }

    private Task<TestGateway> StartAsync(PretendNotion upstream, string scheme = "https") => TestGateway.StartAsync(
        scheme == "https" ? upstream.Address() : new Uri($"http://127.0.0.1:{upstream.Address().Port}"),
        setup => setup.Brisk(10).Setting("Gateway:Forwarding:ExtraCaFile", scheme == "https" ? _authority.PemFile : null));
}
