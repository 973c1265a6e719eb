using System.Net;
using System.Net.Sockets;

namespace NotionGateway.TestKit;

/// <summary>
/// Ports for programs that tests start. They are below those that the system gives to connections, so that none is taken between the choice and
/// the start; each is chosen once, and processes of tests that run side by side begin at different ones.
/// </summary>
internal static class FreePort
{
    private const int First = 16_384;
    private const int Count = 16_384;

    private static int _last = Environment.ProcessId * 1009 % Count;

    public static int Next()
    {
        while (true)
        {
            var port = First + ((int)(uint)Interlocked.Increment(ref _last) % Count);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }
    }
}
