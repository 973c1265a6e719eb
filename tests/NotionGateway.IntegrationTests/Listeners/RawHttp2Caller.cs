using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Listeners;

/// <summary>One frame of HTTP/2.</summary>
internal sealed record Http2Frame(byte Type, byte Flags, int Stream, byte[] Payload)
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Reset = 3;
    public const byte Settings = 4;
    public const byte GoAway = 7;
}

/// <summary>What became of one stream: its status where there was an answer, else how it was ended.</summary>
internal sealed record Http2Result(int? Status, string Body, bool WasReset, bool ConnectionEnded);

/// <summary>A caller that speaks HTTP/2 frame by frame, with fields that no client would send.</summary>
internal sealed class RawHttp2Caller : IDisposable
{
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    private readonly TcpClient _socket = new() { NoDelay = true };
    private readonly CanaryWatch _canaries;

    private RawHttp2Caller(CanaryWatch canaries) => _canaries = canaries;

    public static async Task<RawHttp2Caller> ConnectAsync(TestGateway gateway)
    {
        var caller = new RawHttp2Caller(gateway.Canaries);
        await caller._socket.ConnectAsync(gateway.Data.Host, gateway.Data.Port);
        await caller._socket.GetStream().WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await caller.SendAsync(new Http2Frame(Http2Frame.Settings, 0, 0, []));
        return caller;
    }

    /// <summary>Sends a request's head with the key of the tests, these fields after it, and the end of the stream if there is no body.</summary>
    public Task SendHeadAsync(int stream, string method, string target, bool hasBody, params (string Name, string Value)[] fields) =>
        SendHeadAsync(stream, method, target, hasBody, protocol: null, fields);

    /// <summary>The same with a <c>:protocol</c>, as an extended CONNECT has one (RFC 8441).</summary>
    public Task SendHeadAsync(int stream, string method, string target, bool hasBody, string? protocol, params (string Name, string Value)[] fields)
    {
        (string Name, string Value)[] all =
        [
            (":method", method), (":scheme", "http"), (":path", target), (":authority", "gateway"),
            .. protocol is null ? [] : new[] { (":protocol", protocol) },
            ("authorization", $"Bearer {The.Key}"), .. fields,
        ];
        var block = new MemoryStream();
        foreach (var (name, value) in all)
        {
            // A literal field with a literal name, in no table and without Huffman coding.
            block.WriteByte(0);
            WriteText(block, name);
            WriteText(block, value);
        }

        return SendAsync(new Http2Frame(Http2Frame.Headers, hasBody ? EndHeaders : (byte)(EndHeaders | EndStream), stream, block.ToArray()));
    }

    public Task SendDataAsync(int stream, string text, bool end) =>
        SendAsync(new Http2Frame(Http2Frame.Data, end ? EndStream : (byte)0, stream, Encoding.UTF8.GetBytes(text)));

    public Task ResetAsync(int stream) => SendAsync(new Http2Frame(Http2Frame.Reset, 0, stream, [0, 0, 0, 8]));

    public async Task SendAsync(Http2Frame frame)
    {
        var bytes = new byte[9 + frame.Payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, frame.Payload.Length << 8);
        (bytes[3], bytes[4]) = (frame.Type, frame.Flags);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), frame.Stream);
        frame.Payload.CopyTo(bytes, 9);
        await _socket.GetStream().WriteAsync(bytes);
    }

    /// <summary>Reads until the stream, or the whole connection, has ended.</summary>
    public async Task<Http2Result> ReadAsync(int stream)
    {
        int? status = null;
        var body = new StringBuilder();
        while (await ReadFrameAsync() is { } frame)
        {
            _canaries.Saw("an HTTP/2 frame", frame.Payload);
            if (frame.Type == Http2Frame.GoAway)
            {
                return new Http2Result(status, body.ToString(), WasReset: false, ConnectionEnded: true);
            }

            if (frame.Stream != stream)
            {
                continue;
            }

            switch (frame.Type)
            {
                case Http2Frame.Headers:
                    status ??= StatusOf(frame.Payload);
                    break;
                case Http2Frame.Data:
                    body.Append(Encoding.UTF8.GetString(frame.Payload));
                    break;
                case Http2Frame.Reset:
                    return new Http2Result(status, body.ToString(), WasReset: true, ConnectionEnded: false);
            }

            if (frame.Type is Http2Frame.Headers or Http2Frame.Data && (frame.Flags & EndStream) != 0)
            {
                return new Http2Result(status, body.ToString(), WasReset: false, ConnectionEnded: false);
            }
        }

        return new Http2Result(status, body.ToString(), WasReset: false, ConnectionEnded: true);
    }

    public void Dispose() => _socket.Dispose();

    private static void WriteText(MemoryStream to, string text)
    {
        if (text.Length > 126)
        {
            throw new ArgumentException("Lengths of one byte are enough for tests.", nameof(text));
        }

        to.WriteByte((byte)text.Length);
        to.Write(Encoding.Latin1.GetBytes(text));
    }

    /// <summary>The status comes first, as an entry of the static table or as three digits after its name.</summary>
    private static int StatusOf(byte[] block)
    {
        int[] known = [200, 204, 206, 304, 400, 404, 500];
        return (block[0] & 0x80) != 0 ? known[(block[0] & 0x7F) - 8] : int.Parse(Encoding.ASCII.GetString(block, 2, 3));
    }

    private async Task<Http2Frame?> ReadFrameAsync()
    {
        using var timeout = new CancellationTokenSource(SafetyNet.Timeout);
        try
        {
            var head = new byte[9];
            await _socket.GetStream().ReadExactlyAsync(head, timeout.Token);
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >> 8];
            await _socket.GetStream().ReadExactlyAsync(payload, timeout.Token);
            return new Http2Frame(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
