using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace NotionGateway.Hosting.Listeners;

/// <summary>Where each open listener really listens: a configured port may be 0.</summary>
internal static class ListenerAddresses
{
    /// <summary>In the order of <see cref="Listener.All"/>.</summary>
    public static IReadOnlyList<(Listener Listener, string Url)> Of(IServiceProvider services, IConfiguration configuration)
    {
        // The server opens them in the order of the configuration, and names none.
        var names = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint.Key).ToList();
        var urls = services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.ToList();
        return
        [
            .. Listener.All
                .Select(listener => (Listener: listener, At: names.FindIndex(name => name.Equals(listener.Name, StringComparison.OrdinalIgnoreCase))))
                .Where(found => found.At >= 0 && found.At < urls.Count)
                .Select(found => (found.Listener, urls[found.At])),
        ];
    }
}
