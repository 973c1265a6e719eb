using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace NotionSandbox.Responses;

/// <summary>Sends one response to one caller: usually through the HTTP server, as raw bytes where a fault damages them.</summary>
/// <param name="http">The request and its connection.</param>
/// <param name="requestId">The id of the response.</param>
/// <param name="time">The clock of dates and pauses.</param>
/// <param name="compress">Whether responses are compressed for callers who accept gzip.</param>
/// <param name="stopping">The sandbox stops.</param>
internal sealed class Delivery(HttpContext http, string requestId, TimeProvider time, bool compress, CancellationToken stopping)
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    public HttpContext Http => http;

    public string RequestId => requestId;

    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>Called with the status just before it is sent, so that a caller who has seen a response finds it in the records. 0 is none.</summary>
    public Action<int>? Announce { get; set; }

    /// <summary>Waits; ends when the caller has left or the sandbox stops.</summary>
    public async Task PauseAsync(TimeSpan length)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        await Task.Delay(length, time, either.Token);
    }

    /// <summary>Waits for something to happen, with the same patience.</summary>
    public async Task WaitAsync(Task happening)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        await happening.WaitAsync(either.Token);
    }

    public Task SendAsync(SandboxResponse answer) => answer is EventStreamResponse stream ? SendEventsAsync(stream) : SendWholeAsync(answer);

    public byte[] Render(SandboxResponse answer)
    {
        var output = new ArrayBufferWriter<byte>();
        answer.Render(output, requestId);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Fills in status and headers; what comes next is the body.</summary>
    public void Begin(SandboxResponse answer, long? contentLength)
    {
        Announce?.Invoke(answer.Status);
        http.Response.StatusCode = answer.Status;
        ResponseHead.Fill(http.Response.Headers, answer, requestId, time.GetUtcNow());
        http.Response.ContentLength = contentLength;
    }

    /// <summary>The response's head as bytes, for code that bypasses the server.</summary>
    public byte[] Head(SandboxResponse answer, long? contentLength)
    {
        Announce?.Invoke(answer.Status);
        var now = time.GetUtcNow();
        IHeaderDictionary headers = new HeaderDictionary();
        ResponseHead.Fill(headers, answer, requestId, now);
        headers.Date = now.ToString("R", CultureInfo.InvariantCulture);
        headers.ContentLength = contentLength;
        headers.TransferEncoding = contentLength is null ? "chunked" : default;
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} \r\n");
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
            }
        }

        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }

    private async Task SendWholeAsync(SandboxResponse answer)
    {
        var scratch = _scratch ??= new ArrayBufferWriter<byte>(4096);
        scratch.ResetWrittenCount();
        answer.Render(scratch, requestId);
        var body = scratch.WrittenMemory;
        if (compress && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.Headers.ContentEncoding = "gzip";
            body = Zip(body.Span);
        }

        Begin(answer, body.Length);
        if (answer is JsonResponse)
        {
            http.Response.Headers.ETag = ResponseHead.ETag(body.Span);
        }

        // The server copies the bytes before it gives up the thread, so that the scratch space is free for the next response.
        await http.Response.BodyWriter.WriteAsync(body, Aborted);
    }

    private async Task SendEventsAsync(EventStreamResponse stream)
    {
        Begin(stream, null);
        http.Response.Headers.CacheControl = "no-cache, no-transform";
        for (var i = 0; i < stream.Count; i++)
        {
            await http.Response.BodyWriter.WriteAsync(stream.RenderEvent(i), Aborted);
            await PauseAsync(stream.Pause);
        }
    }

    private static byte[] Zip(ReadOnlySpan<byte> body)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return zipped.ToArray();
    }
}
