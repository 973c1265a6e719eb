using Microsoft.AspNetCore.Server.Kestrel.Core;
using NotionGateway.Hosting.Connections;
using NotionGateway.Hosting.Listeners;
using NotionGateway.Hosting.Listeners.Certificates;

namespace NotionGateway.Hosting;

/// <summary>Opens the listeners of <c>Kestrel:Endpoints</c> and marks their connections.</summary>
internal static class ListenerFeature
{
    public static void ConfigureListeners(this KestrelServerOptions kestrel, IConfiguration configuration)
    {
        // Not reloaded: a listener that opened or closed by an edit would surprise more than it helps.
        var certificates = kestrel.ApplicationServices.GetRequiredService<ListenerCertificates>();
        var clients = kestrel.ApplicationServices.GetRequiredService<ClientHandshakes>();
        var endpoints = kestrel.Configure(configuration.GetSection("Kestrel"), reloadOnChange: false);
        foreach (var listener in Listener.All)
        {
            endpoints.Endpoint(listener.Name, endpoint =>
            {
                if (listener != Listener.Data)
                {
                    endpoint.ListenOptions.Protocols = HttpProtocols.Http1;
                }

                if (endpoint.IsHttps)
                {
                    var prepare = certificates.For(listener) + clients.For(endpoint.HttpsOptions);
                    if (prepare is not null)
                    {
                        endpoint.HttpsOptions.OnAuthenticate = (_, options) => prepare(options);
                    }
                }

                endpoint.ListenOptions.UseTable(listener);
            });
        }
    }
}
