using NotionGateway.Settings;

namespace NotionGateway.Hosting;

/// <summary>What must hold of <c>Kestrel:Endpoints</c>: exactly the gateway's own listeners, each with an address of its own.</summary>
internal static class ListenerRules
{
    private const string Endpoints = "Kestrel:Endpoints";

    public static void Check(IConfiguration configuration, SettingErrors errors)
    {
        var section = configuration.GetSection(Endpoints);
        foreach (var endpoint in section.GetChildren().Where(endpoint => !Listener.All.Any(listener => listener.Name.Equals(endpoint.Key, StringComparison.OrdinalIgnoreCase))))
        {
            errors.Add(endpoint.Path, $"is not a listener of the gateway; the listeners are {string.Join(", ", Listener.All)}");
        }

        var owners = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var listener in Listener.All)
        {
            var path = $"{Endpoints}:{listener}:Url";
            var url = section[$"{listener}:Url"];
            if (string.IsNullOrEmpty(url) || !TryParse(url, out var port))
            {
                errors.Add(path, "write an address such as http://*:8080");
            }
            else if (port != "0" && !owners.TryAdd(port, listener.Name))
            {
                errors.Add(path, $"has the same port as {owners[port]}: the listeners must be apart");
            }
        }
    }

    /// <summary>The address at which a listener is reached from the same machine.</summary>
    public static Uri? LocalAddress(IConfiguration configuration, Listener listener)
    {
        var url = configuration[$"{Endpoints}:{listener}:Url"];
        if (url is null || !TryParse(url, out _))
        {
            return null;
        }

        var local = BindingAddress.Parse(url);
        var host = local.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : local.Host;
        return new Uri($"{local.Scheme}://{host}:{local.Port}");
    }

    private static bool TryParse(string url, out string port)
    {
        port = "";
        try
        {
            var address = BindingAddress.Parse(url);
            port = address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return address.Scheme is "http" or "https" && !address.IsUnixPipe && address.PathBase.Length == 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
