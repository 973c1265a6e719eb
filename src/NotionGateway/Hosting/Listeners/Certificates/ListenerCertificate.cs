using System.Net.Security;
using NotionGateway.Settings;

namespace NotionGateway.Hosting.Listeners.Certificates;

/// <summary>The certificate of one listener, as its files are now.</summary>
internal sealed class ListenerCertificate(Listener listener, CertificateFiles files, TimeProvider time, ILogger log)
{
    private readonly WatchedFiles<SslStreamCertificateContext> _files = new(
        files.Paths,
        files.Load,
        "the certificate and its key are not valid together",
        loaded => log.CertificateReloaded(listener.Name, loaded.TargetCertificate.NotAfter.ToUniversalTime()),
        problem => log.CertificateNotReloaded(listener.Name, files.Path, problem),
        time);

    public Listener Listener => listener;

    /// <summary>The certificate to present now; null before the first that could be loaded.</summary>
    public SslStreamCertificateContext? Current() => _files.Current();
}
