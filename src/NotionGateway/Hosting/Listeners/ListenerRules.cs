using NotionGateway.Settings;

namespace NotionGateway.Hosting.Listeners;

/// <summary>What must hold of <c>Kestrel:Endpoints</c>: exactly the gateway's own listeners, each that is open with an address of its own.</summary>
internal static class ListenerRules
{
    private const string Endpoints = "Kestrel:Endpoints";

    /// <summary>The listeners that this configuration opens.</summary>
    public static IEnumerable<Listener> Open(IConfiguration configuration) => Listener.All.Where(listener => IsOpen(configuration, listener));

    /// <summary>Decided on the raw configuration, not on the parsed one: settings with errors stop the start anyway.</summary>
    public static bool IsOpen(IConfiguration configuration, Listener listener) =>
        listener.OpenedBy.Count == 0 || listener.OpenedBy.Any(section => configuration.GetSection(section).GetChildren().Any());

    /// <summary>Addresses for listeners that are open and have none: the server opens only what is in the configuration.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Defaults(IConfiguration configuration) => Open(configuration)
        .Where(listener => listener.DefaultUrl is not null && string.IsNullOrEmpty(configuration[PathOf(listener)]))
        .Select(listener => KeyValuePair.Create(PathOf(listener), listener.DefaultUrl));

    public static void Check(IConfiguration configuration, SettingErrors errors)
    {
        var unknown = configuration.GetSection(Endpoints).GetChildren()
            .Where(endpoint => !Listener.All.Any(listener => listener.Name.Equals(endpoint.Key, StringComparison.OrdinalIgnoreCase)));
        foreach (var endpoint in unknown)
        {
            errors.Add(endpoint.Path, $"is not a listener of the gateway; the listeners are {string.Join(", ", Listener.All)}");
        }

        foreach (var listener in Listener.All.Except(Open(configuration)).Where(listener => configuration.GetSection($"{Endpoints}:{listener}").Exists()))
        {
            errors.Add($"{Endpoints}:{listener}", $"is the address of a disabled listener: set {listener.OpenedBy[0]} to enable it, or remove the address");
        }

        foreach (var path in Listener.All.Where(listener => listener != Listener.Data).Select(listener => $"{Endpoints}:{listener}:Protocols"))
        {
            // Probes, scrapes and people need no more, and each connection of HTTP/2 costs what four others do.
            if (configuration[path] is { Length: > 0 } protocols && !protocols.Equals("Http1", StringComparison.OrdinalIgnoreCase))
            {
                errors.Add(path, "this listener speaks HTTP/1.1 only; remove the setting");
            }
        }

        CheckAddresses(configuration, errors);
    }

    /// <summary>The address that a listener is given, if it is open.</summary>
    public static string? UrlOf(IConfiguration configuration, Listener listener) =>
        !IsOpen(configuration, listener) ? null
        : configuration[PathOf(listener)] is { Length: > 0 } url ? url
        : listener.DefaultUrl;

    /// <summary>The address at which a listener is reached from the same machine.</summary>
    public static Uri? LocalAddress(IConfiguration configuration, Listener listener)
    {
        var url = UrlOf(configuration, listener);
        return url is null || !TryParse(url, out _) ? null : LocalAddress(url);
    }

    /// <summary>The address at which the same machine reaches what listens at this one.</summary>
    public static Uri LocalAddress(string url)
    {
        var local = BindingAddress.Parse(url);
        var host = local.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : local.Host;
        return new Uri($"{local.Scheme}://{host}:{local.Port}");
    }

    /// <summary>The setting that holds a listener's address.</summary>
    public static string PathOf(Listener listener) => $"{Endpoints}:{listener}:Url";

    private static void CheckAddresses(IConfiguration configuration, SettingErrors errors)
    {
        var owners = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var listener in Open(configuration))
        {
            if (UrlOf(configuration, listener) is not { } url || !TryParse(url, out var port))
            {
                errors.Add(PathOf(listener), $"write an address such as {listener.DefaultUrl ?? "http://*:8080"}");
            }
            else if (port != "0" && !owners.TryAdd(port, listener.Name))
            {
                errors.Add(PathOf(listener), $"has the same port as {owners[port]}: each listener needs its own port");
            }
        }
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
