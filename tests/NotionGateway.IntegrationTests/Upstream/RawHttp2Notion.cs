using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>What the raw server does with a request.</summary>
internal enum StreamFate
{
    /// <summary>200 and a whole body.</summary>
    Answered,

    /// <summary>RST_STREAM with REFUSED_STREAM: it says that it has done nothing.</summary>
    Refused,

    /// <summary>GOAWAY that names an earlier stream as the last one it processed, and the end of the connection.</summary>
    LeftOut,

    /// <summary>RST_STREAM with INTERNAL_ERROR: nobody knows what it has done.</summary>
    Broken,

    /// <summary>The connection ends without a frame.</summary>
    Cut,

    /// <summary>200 and half a body, then REFUSED_STREAM.</summary>
    RefusedIn200,

    /// <summary>503 and half a body, then REFUSED_STREAM.</summary>
    RefusedIn503,

    /// <summary>200 and an end after 50 of 100 bytes.</summary>
    TooShort,

    /// <summary>200 and 150 bytes, though 100 are announced.</summary>
    TooLong,
}

/// <summary>An HTTP/2 server of bare frames (RFC 9113), for what a correct server cannot be made to send.</summary>
internal sealed class RawHttp2Notion : IAsyncDisposable
{
    private const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, Ping = 6, GoAway = 7;
    private const byte EndOrAck = 1, EndOfHeaders = 4;

    // Entries of HPACK's static table (RFC 7541, appendix A): 8 is ":status: 200", 28 the name "content-length", 31 the name "content-type".
    private static readonly byte[] Status200 = [0x88];
    private static readonly byte[] Status503 = [0x08, 3, .. "503"u8];
    private static readonly byte[] Length100 = [0x0f, 28 - 15, 3, .. "100"u8];
    private static readonly byte[] Json = [0x0f, 31 - 15, 16, .. "application/json"u8];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate;
    private int _seen;

    public RawHttp2Notion(X509Certificate2 certificate)
    {
        _certificate = certificate;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The fate of each request, by its number from 0.</summary>
    public Func<int, StreamFate> Fate { get; set; } = _ => StreamFate.Answered;

    /// <summary>What a reset in the middle of a response waits for.</summary>
    public Task BeforeReset { get; set; } = Task.CompletedTask;

    /// <summary>The body of a request that is answered.</summary>
    public string Body { get; set; } = "{}";

    public ConcurrentQueue<StreamFate> Fates { get; } = new();

    public Uri Address => new($"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var socket = await _listener.AcceptSocketAsync(_stop.Token);
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = _certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] }, _stop.Token);
            await tls.ReadExactlyAsync(new byte["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length], _stop.Token);
            await SendAsync(tls, Settings, 0, 0, []);
            var lastAnswered = 0;
            while (await ReadFrameAsync(tls) is { } frame)
            {
                switch (frame.Type)
                {
                    case Settings when (frame.Flags & EndOrAck) == 0:
                        await SendAsync(tls, Settings, EndOrAck, 0, []);
                        break;
                    case Ping when (frame.Flags & EndOrAck) == 0:
                        await SendAsync(tls, Ping, EndOrAck, 0, frame.Payload);
                        break;
                    case Headers:
                        var fate = Fate(Interlocked.Increment(ref _seen) - 1);
                        Fates.Enqueue(fate);
                        await MeetAsync(tls, fate, frame.Stream, lastAnswered);
                        lastAnswered = frame.Stream;
                        if (fate is StreamFate.LeftOut or StreamFate.Cut)
                        {
                            await Task.Delay(50, _stop.Token);
                            return;
                        }

                        break;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
        {
            // The client has gone, or the test is over.
        }
    }

    private Task MeetAsync(SslStream to, StreamFate fate, int stream, int lastAnswered) => fate switch
    {
        StreamFate.Refused => SendAsync(to, ResetStream, 0, stream, Number(7)),
        StreamFate.Broken => SendAsync(to, ResetStream, 0, stream, Number(2)),
        StreamFate.Cut => Task.CompletedTask,
        StreamFate.LeftOut => SendAsync(to, GoAway, 0, 0, [.. Number(lastAnswered), .. Number(0)]),
        StreamFate.RefusedIn200 => RefuseInResponseAsync(to, stream, Status200),
        StreamFate.RefusedIn503 => RefuseInResponseAsync(to, stream, Status503),
        StreamFate.TooShort => AnswerAsync(to, stream, [.. Status200, .. Json, .. Length100], new byte[50]),
        StreamFate.TooLong => AnswerAsync(to, stream, [.. Status200, .. Json, .. Length100], new byte[150]),
        _ => AnswerAsync(to, stream, [.. Status200, .. Json], Encoding.UTF8.GetBytes(Body)),
    };

    private static async Task AnswerAsync(SslStream to, int stream, byte[] head, byte[] body)
    {
        await SendAsync(to, Headers, EndOfHeaders, stream, head);
        await SendAsync(to, Data, EndOrAck, stream, body);
    }

    private async Task RefuseInResponseAsync(SslStream to, int stream, byte[] head)
    {
        await SendAsync(to, Headers, EndOfHeaders, stream, head);
        await SendAsync(to, Data, 0, stream, "{\"object\":"u8.ToArray());
        await BeforeReset.WaitAsync(_stop.Token);
        await SendAsync(to, ResetStream, 0, stream, Number(7));
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static async Task SendAsync(SslStream to, byte type, byte flags, int stream, byte[] payload)
    {
        byte[] head = [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, .. Number(stream)];
        await to.WriteAsync((byte[])[.. head, .. payload]);
        await to.FlushAsync();
    }

    private async Task<Frame?> ReadFrameAsync(SslStream from)
    {
        var head = new byte[9];
        if (await from.ReadAtLeastAsync(head, 9, throwOnEndOfStream: false, _stop.Token) < 9)
        {
            return null;
        }

        var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await from.ReadExactlyAsync(payload, _stop.Token);
        return new Frame(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload);
    }

    private sealed record Frame(byte Type, byte Flags, int Stream, byte[] Payload);
}
