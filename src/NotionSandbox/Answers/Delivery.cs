using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace NotionSandbox.Answers;

/// <summary>Brings one answer to one caller: over the HTTP server as a rule, as ready bytes where a fault wants to spoil them.</summary>
internal sealed class Delivery(HttpContext http, string requestId, SandboxOptions options, CancellationToken stopping)
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    public HttpContext Http => http;

    public string RequestId => requestId;

    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>Told which status goes out just before it does, so that whoever has seen an answer finds it in the records. 0 is none.</summary>
    public Action<int>? Announce { get; set; }

    /// <summary>Waits, but for no caller who has left and for nobody when the sandbox stops.</summary>
    public async Task PauseAsync(TimeSpan length)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        await Task.Delay(length, options.TimeProvider, either.Token);
    }

    /// <summary>Waits for something to happen, with the same patience.</summary>
    public async Task WaitAsync(Task happening)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        await happening.WaitAsync(either.Token);
    }

    public Task SendAsync(Answer answer) => answer is EventStreamAnswer stream ? SendEventsAsync(stream) : SendWholeAsync(answer);

    public byte[] Render(Answer answer)
    {
        var output = new ArrayBufferWriter<byte>();
        answer.Render(output, requestId);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Fills in status and headers; what comes next is the body.</summary>
    public void Begin(Answer answer, long? contentLength)
    {
        Announce?.Invoke(answer.Status);
        http.Response.StatusCode = answer.Status;
        AnswerHead.Fill(http.Response.Headers, answer, requestId, options.TimeProvider.GetUtcNow());
        http.Response.ContentLength = contentLength;
    }

    /// <summary>The answer's head as bytes, for those who send it past the server.</summary>
    public byte[] Head(Answer answer, long? contentLength)
    {
        Announce?.Invoke(answer.Status);
        var now = options.TimeProvider.GetUtcNow();
        IHeaderDictionary headers = new HeaderDictionary();
        AnswerHead.Fill(headers, answer, requestId, now);
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

    private async Task SendWholeAsync(Answer answer)
    {
        var scratch = _scratch ??= new ArrayBufferWriter<byte>(4096);
        scratch.ResetWrittenCount();
        answer.Render(scratch, requestId);
        var body = scratch.WrittenMemory;
        if (options.Compress && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.Headers.ContentEncoding = "gzip";
            body = Zip(body.Span);
        }

        Begin(answer, body.Length);
        if (answer is JsonAnswer)
        {
            http.Response.Headers.ETag = AnswerHead.ETag(body.Span);
        }

        // The server copies the bytes before it gives up the thread, so that the scratch space is free for the next answer.
        await http.Response.BodyWriter.WriteAsync(body, Aborted);
    }

    private async Task SendEventsAsync(EventStreamAnswer stream)
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
