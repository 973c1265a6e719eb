using System.Net;
using System.Net.Sockets;

namespace NotionGateway.TestKit;

/// <summary>A port of loopback on which nobody listens, and which nobody else can have meanwhile: connections to it are refused.</summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket _bound = new(SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => _bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_bound.LocalEndPoint!).Port}");

    public void Dispose() => _bound.Dispose();
}
