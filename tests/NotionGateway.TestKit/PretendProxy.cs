using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NotionGateway.TestKit;

/// <summary>A proxy that opens tunnels, or does not, and remembers every byte that it could read.</summary>
internal sealed class PretendProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _heads = new();
    private readonly MemoryStream _seen = new();
    private readonly Task _accepting;
    private int _connections;

    public PretendProxy()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>What is said to a request for a tunnel; the tunnel is opened if it is a 200.</summary>
    public string Reply { get; set; } = "HTTP/1.1 200 Connection established\r\n\r\n";

    /// <summary>User and password without which no tunnel is opened, as <c>user:password</c>; none unless the test says so.</summary>
    public string? Demands { get; set; }

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The heads that asked for something.</summary>
    public IReadOnlyList<string> Heads => [.. _heads];

    /// <summary>All that came from the gateway, heads and tunnels, as Latin-1 text.</summary>
    public string Seen
    {
        get
        {
            lock (_seen)
            {
                return Encoding.Latin1.GetString(_seen.ToArray());
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient socket)
    {
        using (socket)
        {
            try
            {
                var client = socket.GetStream();
                var head = await ReadHeadAsync(client);
                _heads.Enqueue(head);
                while (!IsLoggedIn(head))
                {
                    await client.WriteAsync(
                        Encoding.ASCII.GetBytes("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n" +
                            "Proxy-Authenticate: Basic realm=\"egress\"\r\nContent-Length: 0\r\n\r\n"),
                        _stop.Token);
                    if ((head = await ReadHeadAsync(client)).Length == 0)
                    {
                        return;
                    }

                    _heads.Enqueue(head);
                }

                await client.WriteAsync(Encoding.Latin1.GetBytes(Reply), _stop.Token);
                if (Reply.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) && head.StartsWith("CONNECT ", StringComparison.Ordinal))
                {
                    var target = head.Split(' ')[1].Split(':');
                    using var server = new TcpClient();
                    await server.ConnectAsync(target[0], int.Parse(target[1]), _stop.Token);
                    await Task.WhenAny(PassAsync(client, server.GetStream(), keep: true), PassAsync(server.GetStream(), client, keep: false));
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // One side closed the connection, or the test is over.
            }
        }
    }

    private bool IsLoggedIn(string head) =>
        Demands is null || head.Contains(
            $"\r\nProxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Demands))}\r\n", StringComparison.OrdinalIgnoreCase);

    private async Task<string> ReadHeadAsync(NetworkStream from)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await from.ReadAsync(one, _stop.Token) > 0)
        {
            head.Append((char)one[0]);
            Keep(one);
        }

        return head.ToString();
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, bool keep)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, _stop.Token) is var read and > 0)
        {
            if (keep)
            {
                Keep(buffer.AsSpan(0, read));
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        lock (_seen)
        {
            _seen.Write(bytes);
        }
    }
}
