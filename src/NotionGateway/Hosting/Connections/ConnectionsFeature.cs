using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using NotionGateway.Hosting.Listeners;
using NotionGateway.Settings;

namespace NotionGateway.Hosting.Connections;

/// <summary>Bounds how many connections are open, what each may hold, and who gives way to whom.</summary>
internal static class ConnectionsFeature
{
    /// <summary>Call this after the server was added: this wraps its transport.</summary>
    public static IServiceCollection AddConnections(this IServiceCollection services, LimitsOptions limits) => services
        .AddSingleton(new ConnectionLimits(limits.MaxConnections))
        .AddSingleton<ConnectionTable>()
        .AddHostedService<ConnectionSweep>()
        .Configure<KestrelServerOptions>(kestrel => kestrel.Limits.Bound())
        .Configure<SocketTransportOptions>(sockets => sockets.Bound())
        .AddSingleton<IConnectionListenerFactory>(provider => ActivatorUtilities.CreateInstance<PacedTransport>(
            provider, ActivatorUtilities.CreateInstance<SocketTransportFactory>(provider)));

    /// <summary>Counts the connections of this listener, and marks them as its own.</summary>
    public static void UseTable(this ListenOptions endpoint, Listener listener)
    {
        var services = endpoint.ApplicationServices;
        var (table, time) = (services.GetRequiredService<ConnectionTable>(), services.GetRequiredService<TimeProvider>());
        endpoint.Use(next => new ConnectionMiddleware(next, listener, table, time).OnConnectionAsync);
    }

    public static void UseConnections(this IApplicationBuilder app) => app.UseMiddleware<ConnectionUseMiddleware>();
}
