using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using NotionGateway.Settings;

namespace NotionGateway.Hosting.Connections;

/// <summary>
/// What one connection may hold, whatever its peer sends and however little of the responses it reads. Together these stay below
/// <see cref="LimitsOptions.BytesPerConnection"/>: docs/decisions/0011-connections.md.
/// </summary>
internal static class ServerLimits
{
    /// <summary>Bytes that came and are not yet read by anybody; at least as long as the longest head.</summary>
    private const int Input = 64 * 1024;

    /// <summary>Bytes of responses that the system has not taken yet.</summary>
    private const int Output = 32 * 1024;

    /// <summary>The system's own buffers, in each direction; unset, they grow to megabytes for a peer that does not read.</summary>
    private const int Socket = 64 * 1024;

    /// <summary>What streams of HTTP/2 may send before it is read, one of them and all of a connection.</summary>
    private const int StreamWindow = 96 * 1024;
    private const int ConnectionWindow = 128 * 1024;

    /// <summary>Each stream costs some 10 KiB from its head on, before anybody knows who sends it.</summary>
    private const int Streams = 12;

    /// <summary>
    /// Connections that wait to be accepted. In a longer queue a caller waits; when the queue is full its packet is dropped, and it tries
    /// again after 1 s, 3 s, 7 s.
    /// </summary>
    private const int Backlog = 4096;

    public static void Bound(this KestrelServerLimits limits)
    {
        // The table counts connections: it knows whose they are.
        limits.MaxConcurrentConnections = null;
        limits.MaxRequestBufferSize = Input;
        limits.MaxResponseBufferSize = Output;
        limits.Http2.MaxStreamsPerConnection = Streams;
        limits.Http2.InitialStreamWindowSize = StreamWindow;
        limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
    }

    public static void Bound(this SocketTransportOptions sockets)
    {
        // The server's limits of the same meaning hold only behind TLS.
        (sockets.MaxReadBufferSize, sockets.MaxWriteBufferSize) = (Input, Output);
        sockets.Backlog = Backlog;
        sockets.CreateBoundListenSocket = endpoint =>
        {
            // Accepted sockets take these over from the one that listens.
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            (socket.ReceiveBufferSize, socket.SendBufferSize) = (Socket, Socket);
            return socket;
        };
    }
}
