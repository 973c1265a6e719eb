using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>A certificate authority that no system trusts, as companies have them; it lives as long as the test.</summary>
internal sealed class PrivateAuthority : IDisposable
{
    public const string ForServers = "1.3.6.1.5.5.7.3.1";
    public const string ForClients = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authority");
    private readonly X509Certificate2 _certificate;
    private int _files;
    private int _serial;

    public PrivateAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=An authority of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30));
    }

    /// <summary>The authority's own certificate in a PEM file.</summary>
    public string PemFile => Write(_certificate.ExportCertificatePem());

    /// <summary>What a client checks chains by that trusts this authority and no other.</summary>
    public X509ChainPolicy Policy
    {
        get
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(_certificate);
            return policy;
        }
    }

    /// <summary>A certificate, with its key, for a name; valid until a number of days from now. It may say where its issuer can be downloaded.</summary>
    public X509Certificate2 Issue(string name, int days = 10, string purpose = ForServers, Uri? issuer = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        if (issuer is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [issuer.ToString()]));
        }

        var signed = request.Create(_certificate, Now.AddDays(-20), Now.AddDays(days), BitConverter.GetBytes(Interlocked.Increment(ref _serial)));
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>A certificate and its key in two PEM files.</summary>
    public (string Certificate, string Key) IssueFiles(string name, int days = 10)
    {
        using var certificate = Issue(name, days);
        using var key = certificate.GetECDsaPrivateKey()!;
        return (Write(certificate.ExportCertificatePem()), Write(key.ExportPkcs8PrivateKeyPem()));
    }

    /// <summary>A certificate and its key in one file with a password.</summary>
    public string IssuePfx(string name, string password)
    {
        using var certificate = Issue(name);
        var path = Path.Combine(_folder.FullName, $"{Interlocked.Increment(ref _files)}.pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx, password));
        return path;
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Write(string pem)
    {
        var path = Path.Combine(_folder.FullName, $"{Interlocked.Increment(ref _files)}.pem");
        File.WriteAllText(path, pem);
        return path;
    }
}
