using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace NotionSandbox.Wire;

/// <summary>
/// Sends bytes past the HTTP server, straight into the connection's socket, and then ends the connection. That is the only way to
/// cut a response off at a chosen byte, or to send one that no server would.
/// </summary>
internal static class RawSocket
{
    public static async Task SendAndCloseAsync(HttpContext http, ReadOnlyMemory<byte> bytes, bool reset)
    {
        var socket = http.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, http.RequestAborted)..];
            }

            if (reset)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                socket.Close();
            }
            else
            {
                // The server will try to send its own response and find the output closed. Aborting instead would reset the connection.
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client left first, which is as good.
        }
    }
}
