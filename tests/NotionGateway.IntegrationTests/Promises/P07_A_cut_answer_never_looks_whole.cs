using System.Net;
using System.Security.Cryptography;
using System.Text;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Promises;

/// <summary>Promise 7: a cut response never looks whole; bodies are streamed, not rewritten; bytes in are bytes out.</summary>
public sealed class P07_A_cut_answer_never_looks_whole
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Sized = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";

    [Theory]
    [InlineData(Sized, "some of it", false)]
    [InlineData(Sized, "some of it", true)]
    [InlineData(Chunked, "a\r\nsome of it\r\n", false)]
    [InlineData(Chunked, "a\r\nsome of it\r\n", true)]
    [InlineData(Chunked, "ff\r\nsome of it", false)]
    public async Task An_answer_that_breaks_off_after_it_began_breaks_off_for_the_caller(string head, string piece, bool reset)
    {
        var begun = new TaskCompletionSource();
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => reset ? RawResponse.Raw(head).Send(piece).After(begun.Task).Reset() : RawResponse.Raw(head).Send(piece).After(begun.Task).Close(),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        await caller.SendAsync($"GET /v1/users/me HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\n\r\n");
        await gateway.UntilAsync(() => caller.Stream.DataAvailable, "the answer to begin");
        begun.SetResult();
        var result = await caller.ReadToEndAsync();

        Assert.Equal(200, result.Status);
        Assert.Contains("some of it", result.Body);
        Assert.False(result.Body.EndsWith("0\r\n\r\n", StringComparison.Ordinal) || result.Body.Length >= 1000);
        await gateway.UntilAsync(() => gateway.Metrics.Sum("notion_gateway.requests", ("outcome", "failed")) == 1, "the request to be counted");
        await gateway.UntilAsync(() => gateway.Logs.Named("AnswerCutOff").Any(), "the request's line");
        Assert.NotNull(Assert.Single(gateway.Logs.Named("AnswerCutOff")).Values["Problem"]);
        Assert.Empty(gateway.Logs.Named("Request"));
    }

    [Theory]
    [InlineData(Sized)]
    [InlineData(Chunked)]
    [InlineData("HTTP/1.1 400 Bad\r\nContent-Length: 1000\r\n\r\n{\"some\":")]
    [InlineData("HTTP/1.1 200")]
    [InlineData("")]
    public async Task An_answer_that_breaks_off_before_it_began_is_502(string piece)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => RawResponse.Raw(piece).Close() };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var response = await gateway.Client().PostAsync("/v1/pages", new StringContent("{}", Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(["upstream_reset"], response.Headers.GetValues("Notion-Gateway-Reason"));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8", null)]
    [InlineData("text/html", null)]
    [InlineData("application/json", "gzip")]
    [InlineData("application/octet-stream", "br")]
    public async Task Bytes_in_are_bytes_out_both_ways(string type, string? coding)
    {
        var responseBody = RandomNumberGenerator.GetBytes(300_000);
        var requestBody = RandomNumberGenerator.GetBytes(200_000);
        var codingHeader = coding is null ? "" : $"Content-Encoding: {coding}\r\n";
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => RawResponse.Raw(
                $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\n{codingHeader}ETag: \"abc\"\r\nVary: Accept-Encoding\r\n" +
                $"Content-Length: {responseBody.Length}\r\n\r\n").Send(responseBody),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var content = new ByteArrayContent(requestBody);
        content.Headers.ContentType = new("application/json");
        var response = await gateway.Client().PostAsync("/v1/search", content);

        Assert.Equal(responseBody, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(type, response.Content.Headers.ContentType!.ToString());
        Assert.Equal(coding, response.Content.Headers.ContentEncoding.FirstOrDefault());
        Assert.Equal("\"abc\"", response.Headers.ETag!.ToString());
        Assert.Equal(requestBody, upstream.Only.Body);
    }

    [Theory]
    [InlineData(202)]
    [InlineData(204)]
    [InlineData(304)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Any_answer_of_Notions_passes_with_its_status_and_body(int status)
    {
        var body = status is 204 or 304
            ? ""
            : """{"object":"error","additional_data":{"committed_resource_id":"abc","retry_guidance":["Do not repeat the write."]}}""";
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => status is 204 or 304
                ? RawResponse.Raw($"HTTP/1.1 {status} X\r\nx-notion-request-id: r-1\r\n\r\n")
                : RawResponse.Json(body, status, "x-notion-request-id: r-1", "cf-ray: 8f-TXL", "Retry-After: Mon, 23 Nov 2099 12:00:30 GMT"),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var response = await gateway.Client().PostAsync("/v1/pages", new StringContent("{}", Encoding.UTF8, "application/json"));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal(["r-1"], response.Headers.GetValues("x-notion-request-id"));
        Assert.False(response.Headers.Contains("Notion-Gateway-Reason"));
        Assert.Matches(@"^queue;dur=[\d.]+, upstream;dur=[\d.]+$", response.Headers.GetValues("Server-Timing").Single());
        if (status >= 400)
        {
            Assert.Matches(@"^\d+$", response.Headers.GetValues("Retry-After").Single());
            Assert.Equal(["8f-TXL"], response.Headers.GetValues("cf-ray"));
        }
    }

    [Fact]
    public async Task Only_the_headers_of_the_contract_come_back()
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => RawResponse.Json(
                "{}", 200, "Server: cloudflare", "X-Powered-By: Express", "Set-Cookie: a=b", "Location: http://evil/", "Alt-Svc: h3",
                "X-Odd: 1", "CF-Cache-Status: MISS", "Cache-Control: private", "Link: <http://x>", "Refresh: 1"),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var response = await gateway.Client().GetAsync("/v1/users/me");

        Assert.Equal(
            ["Cache-Control", "Content-Length", "Content-Type", "Date", "Notion-Gateway-Request-Id", "Server-Timing"],
            response.Headers.Concat(response.Content.Headers).Select(header => header.Key).Order());
    }

    [Fact]
    public async Task An_upload_streams_with_its_bytes_and_its_length()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        var file = RandomNumberGenerator.GetBytes(5_000_000);
        using var form = new MultipartFormDataContent("the-boundary") { { new ByteArrayContent(file), "file", "a.bin" } };
        var expected = await form.ReadAsByteArrayAsync();
        using var again = new ByteArrayContent(expected);
        again.Headers.ContentType = form.Headers.ContentType;

        var response = await gateway.Client().PostAsync("/v1/file_uploads/abc/send", again);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, upstream.Only.Body);
        Assert.Equal([$"{expected.Length}"], upstream.Only.Values("Content-Length"));
        Assert.Equal(["multipart/form-data; boundary=\"the-boundary\""], upstream.Only.Values("Content-Type"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_that_is_too_large_is_refused_or_cut(bool announced)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Setting("Gateway:Forwarding:MaxUploadBodyBytes", "100000"));
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/file_uploads/abc/send") { Content = new StreamContent(new MemoryStream(new byte[100_001])) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
        request.Headers.TransferEncodingChunked = !announced;

        var response = await gateway.Client().SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(["body_too_large"], response.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Empty(upstream.Requests);
    }
}
