using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace NotionGateway.Hosting.Connections;

/// <summary>The server's own sockets, accepted at a pace that it can keep.</summary>
internal sealed class PacedTransport(SocketTransportFactory sockets, ConnectionLimits limits) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new PacedListener(await sockets.BindAsync(endpoint, cancellationToken), limits.Arriving);
}
