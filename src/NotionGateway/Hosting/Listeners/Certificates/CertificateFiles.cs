using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NotionGateway.Hosting.Listeners.Certificates;

/// <summary>Where a listener's certificate is: one PKCS#12 file, or two PEM files.</summary>
internal sealed record CertificateFiles(string Path, string? KeyPath, string? Password)
{
    private const string Endpoints = "Kestrel:Endpoints";

    /// <summary>The files of a listener, as the server would find them; null if it has none, or chooses among certificates by name.</summary>
    public static CertificateFiles? Of(IConfiguration configuration, Listener listener)
    {
        var endpoint = configuration.GetSection($"{Endpoints}:{listener}");
        var own = endpoint.GetSection("Certificate");
        var chosen = own.Exists() ? own : configuration.GetSection("Kestrel:Certificates:Default");
        return ListenerRules.UrlOf(configuration, listener)?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true
            && !endpoint.GetSection("Sni").Exists()
            && chosen["Path"] is { Length: > 0 } path
                ? new CertificateFiles(FullPath(path), chosen["KeyPath"] is { Length: > 0 } key ? FullPath(key) : null, chosen["Password"])
                : null;
    }

    /// <summary>The file of the certificate, and that of its key if it is another.</summary>
    public IReadOnlyList<string> Paths => KeyPath is null ? [Path] : [Path, KeyPath];

    /// <summary>The certificate with the chain that the file has; nothing is fetched from elsewhere.</summary>
    public SslStreamCertificateContext Load(byte[][] contents)
    {
        if (contents is not [var certificate, var privateKey])
        {
            var all = X509CertificateLoader.LoadPkcs12Collection(contents[0], Password);
            var own = all.FirstOrDefault(one => one.HasPrivateKey) ?? throw new CryptographicException("The file has no private key.");
            all.Remove(own);
            return SslStreamCertificateContext.Create(own, all, offline: true);
        }

        var (pem, key) = (Encoding.UTF8.GetString(certificate), Encoding.UTF8.GetString(privateKey));
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pem);
        var leaf = Password is null ? X509Certificate2.CreateFromPem(pem, key) : X509Certificate2.CreateFromEncryptedPem(pem, key, Password);
        chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    // The server resolves relative paths in this way.
    private static string FullPath(string path) => System.IO.Path.Combine(AppContext.BaseDirectory, path);

    /// <summary>Without the password.</summary>
    public override string ToString() => Path;
}
