using System.Diagnostics.Metrics;
using System.Net.Security;

namespace NotionGateway.Hosting.Listeners.Certificates;

/// <summary>The certificates that listeners have in files: a renewed one is presented from the next handshake on.</summary>
internal sealed class ListenerCertificates
{
    private readonly Dictionary<Listener, ListenerCertificate> _all;

    public ListenerCertificates(IConfiguration configuration, IMeterFactory meters, TimeProvider time, ILogger<ListenerCertificates> log)
    {
        _all = Listener.All
            .Select(listener => (Listener: listener, Files: CertificateFiles.Of(configuration, listener)))
            .Where(found => found.Files is not null)
            .ToDictionary(found => found.Listener, found => new ListenerCertificate(found.Listener, found.Files!, time, log));
        meters.CreateGatewayMeter().CreateObservableGauge(
            "notion_gateway.certificate.not_after",
            () => _all.Values
                .Select(certificate => (certificate.Listener, Certificate: certificate.Current()?.TargetCertificate))
                .Where(found => found.Certificate is not null)
                .Select(found => new Measurement<long>(
                    new DateTimeOffset(found.Certificate!.NotAfter).ToUnixTimeSeconds(), new KeyValuePair<string, object?>("listener", found.Listener.Name))),
            "s",
            "When the certificate of a listener expires, as Unix time.");
    }

    /// <summary>What to do before each handshake on this listener; null if its certificate is not in a file.</summary>
    public Action<SslServerAuthenticationOptions>? For(Listener listener) => !_all.TryGetValue(listener, out var certificate) ? null : options =>
    {
        // Without one that could be loaded, the server's own stays.
        options.ServerCertificateContext = certificate.Current() ?? options.ServerCertificateContext;
    };
}

/// <summary>What happens to the certificates of listeners.</summary>
internal static partial class CertificatesLog
{
    [LoggerMessage(
        9011, LogLevel.Information, "The listener {Listener} presents a new certificate, valid until {NotAfter:u}.", EventName = "CertificateReloaded")]
    public static partial void CertificateReloaded(this ILogger log, string listener, DateTime notAfter);

    [LoggerMessage(
        9012,
        LogLevel.Warning,
        "The changed certificate {Path} of the listener {Listener} is not used: {Problem}. Continuing with the previous one.",
        EventName = "CertificateNotReloaded")]
    public static partial void CertificateNotReloaded(this ILogger log, string listener, string path, string problem);
}
