using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NotionGateway.TestKit;

/// <summary>One request as it came over the wire, byte for byte.</summary>
internal sealed record RecordedRequest(string Head, byte[] Body, int Connection)
{
    public string Line => Head[..Head.IndexOf("\r\n", StringComparison.Ordinal)];

    public string Method => Line.Split(' ')[0];

    public string Target => Line.Split(' ')[1];

    public IReadOnlyList<(string Name, string Value)> Headers =>
        [.. Head.Split("\r\n").Skip(1).Where(line => line.Length > 0)
            .Select(line => (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()))];

    public string BodyText => Encoding.UTF8.GetString(Body);

    public string[] Values(string name) =>
        [.. Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)];
}

/// <summary>
/// A pretend Notion made of a socket: it records every byte of every request and answers with the bytes that the test
/// gives, or ends connections in the ways that the test wants.
/// </summary>
internal sealed class RecordingUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _connections;

    public RecordingUpstream()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    public RecordedRequest Only => Assert(_requests.Count == 1, () => $"{_requests.Count} requests were sent, not one") ? Requests[0] : null!;

    /// <summary>What is answered to each request; a small JSON object unless the test says otherwise.</summary>
    public Func<RecordedRequest, RawResponse> Answer { get; set; } = _ => RawResponse.Json("""{"object":"list","results":[]}""");

    /// <summary>Called when a head has come, before the body is read.</summary>
    public Action<string>? HeadArrived { get; set; }

    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        // A test may dispose it early, so that no server is there.
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private static bool Assert(bool condition, Func<string> message) => condition ? true : throw new InvalidOperationException(message());

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(socket, Interlocked.Increment(ref _connections));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient socket, int connection)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var reader = new RequestReader(socket.GetStream());
            try
            {
                while (await reader.ReadHeadAsync(_stop.Token) is { } head)
                {
                    HeadArrived?.Invoke(head);
                    var request = new RecordedRequest(head, await reader.ReadBodyAsync(head, _stop.Token), connection);
                    _requests.Enqueue(request);
                    if (!await Answer(request).WriteAsync(socket, _stop.Token))
                    {
                        return;
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The gateway closed the connection, or the test is over.
            }
        }
    }

    /// <summary>Takes requests apart just as far as is needed to know where each ends.</summary>
    private sealed class RequestReader(NetworkStream stream)
    {
        private readonly List<byte> _buffer = [];

        public async Task<string?> ReadHeadAsync(CancellationToken cancellationToken)
        {
            int end;
            while ((end = IndexOf("\r\n\r\n"u8)) < 0)
            {
                if (!await MoreAsync(cancellationToken))
                {
                    return null;
                }
            }

            return Encoding.Latin1.GetString(Take(end + 4));
        }

        public async Task<byte[]> ReadBodyAsync(string head, CancellationToken cancellationToken)
        {
            var request = new RecordedRequest(head, [], 0);
            if (request.Values("Transfer-Encoding").Contains("chunked"))
            {
                return await ReadChunksAsync(cancellationToken);
            }

            var length = request.Values("Content-Length") is [var text] ? int.Parse(text) : 0;
            while (_buffer.Count < length)
            {
                if (!await MoreAsync(cancellationToken))
                {
                    throw new IOException("The request's body was cut.");
                }
            }

            return Take(length);
        }

        private async Task<byte[]> ReadChunksAsync(CancellationToken cancellationToken)
        {
            var body = new List<byte>();
            while (true)
            {
                int end;
                while ((end = IndexOf("\r\n"u8)) < 0)
                {
                    if (!await MoreAsync(cancellationToken))
                    {
                        throw new IOException("The request's body was cut.");
                    }
                }

                var size = Convert.ToInt32(Encoding.ASCII.GetString(Take(end + 2)).Trim(), 16);
                while (_buffer.Count < size + 2)
                {
                    if (!await MoreAsync(cancellationToken))
                    {
                        throw new IOException("The request's body was cut.");
                    }
                }

                body.AddRange(Take(size));
                Take(2);
                if (size == 0)
                {
                    return [.. body];
                }
            }
        }

        private int IndexOf(ReadOnlySpan<byte> matcher) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_buffer).IndexOf(matcher);

        private byte[] Take(int count)
        {
            byte[] taken = [.. _buffer[..count]];
            _buffer.RemoveRange(0, count);
            return taken;
        }

        private async Task<bool> MoreAsync(CancellationToken cancellationToken)
        {
            var page = new byte[64 * 1024];
            var read = await stream.ReadAsync(page, cancellationToken);
            _buffer.AddRange(page.AsSpan(0, read));
            return read > 0;
        }
    }
}
