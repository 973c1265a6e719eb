using NotionGateway.Settings;

namespace NotionGateway.Hosting.Listeners;

/// <summary>
/// What must hold where a listener asks for client certificates: it is the callers' listener, it speaks TLS, and somebody vouches for certificates.
/// </summary>
internal static class ClientCertificateModes
{
    private const string Endpoints = "Kestrel:Endpoints";
    private const string Mode = "ClientCertificateMode";
    private const string TrustedCaFile = "Gateway:Access:ClientCertificates:TrustedCaFile";

    private static readonly string Own = $"{Endpoints}:{Listener.Data}:{Mode}";

    public static void Check(IConfiguration configuration, SettingErrors errors)
    {
        foreach (var path in Elsewhere(configuration).Where(path => Asks(configuration[path])))
        {
            errors.Add(path, $"has no place here: only callers have certificates. Set {Own}");
        }

        var (mode, trusted) = (configuration[Own], !string.IsNullOrEmpty(configuration[TrustedCaFile]));
        if (!Asks(mode))
        {
            if (trusted)
            {
                errors.Add(TrustedCaFile, $"has no effect while no certificate is asked for: set {Own}=AllowCertificate, or RequireCertificate");
            }

            return;
        }

        // The server can ask for a certificate during a request too. Nobody would have judged that one.
        if (!Is(mode, "AllowCertificate") && !Is(mode, "RequireCertificate"))
        {
            errors.Add(Own, "write AllowCertificate, RequireCertificate or NoCertificate");
        }

        if (ListenerRules.UrlOf(configuration, Listener.Data)?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) != true)
        {
            errors.Add(Own, $"needs TLS: set {ListenerRules.PathOf(Listener.Data)} to an https address, and its Certificate");
        }

        if (!trusted)
        {
            errors.Add(TrustedCaFile, $"is required by {Own}: write a PEM file with the authorities that vouch for callers");
        }
    }

    /// <summary>Where the server would read the setting as well.</summary>
    private static IEnumerable<string> Elsewhere(IConfiguration configuration) => configuration.GetSection(Endpoints).GetChildren()
        .SelectMany(endpoint => endpoint.GetSection("Sni").GetChildren().Append(endpoint))
        .Select(section => $"{section.Path}:{Mode}")
        .Append($"Kestrel:EndpointDefaults:{Mode}")
        .Where(path => !path.Equals(Own, StringComparison.OrdinalIgnoreCase));

    private static bool Asks(string? mode) => !string.IsNullOrEmpty(mode) && !Is(mode, "NoCertificate");

    private static bool Is(string? mode, string word) => word.Equals(mode, StringComparison.OrdinalIgnoreCase);
}
