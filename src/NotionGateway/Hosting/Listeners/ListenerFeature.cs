using Microsoft.AspNetCore.Server.Kestrel.Core;
using NotionGateway.Hosting.Connections;

namespace NotionGateway.Hosting.Listeners;

/// <summary>Opens the listeners of <c>Kestrel:Endpoints</c> and marks their connections.</summary>
internal static class ListenerFeature
{
    public static void ConfigureListeners(this KestrelServerOptions kestrel, IConfiguration configuration)
    {
        // Not reloaded: a listener that opened or closed by an edit would surprise more than it helps.
        var endpoints = kestrel.Configure(configuration.GetSection("Kestrel"), reloadOnChange: false);
        foreach (var listener in Listener.All)
        {
            endpoints.Endpoint(listener.Name, endpoint =>
            {
                if (listener != Listener.Data)
                {
                    endpoint.ListenOptions.Protocols = HttpProtocols.Http1;
                }

                endpoint.ListenOptions.UseTable(listener);
            });
        }
    }

    /// <summary>Reads on after an early answer, whichever listener gave it.</summary>
    public static IApplicationBuilder UseLingering(this IApplicationBuilder app) => app.UseMiddleware<LingeringMiddleware>(new LingeringStrangers());

    /// <summary>Whether the request came in by this listener.</summary>
    public static bool CameBy(this HttpContext context, Listener listener) => context.Features.Get<Listener>() == listener;
}
