using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NotionGateway.TestKit.Identities;

/// <summary>Makes certificates of callers without a file or a process. Their times are those of the clock that it is given.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly TimeProvider _time;
    private readonly X509Certificate2 _certificate;
    private byte _serial;

    public TestAuthority(TimeProvider time)
    {
        _time = time;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Callers", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(_time.GetUtcNow().AddYears(-1), _time.GetUtcNow().AddYears(5));
    }

    private TestAuthority(TimeProvider time, X509Certificate2 certificate) => (_time, _certificate) = (time, certificate);

    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>A certificate for an hour, with these names; what is signed can be changed before it is.</summary>
    public X509Certificate2 Issue(string? uri, string? dns = null, Action<CertificateRequest>? change = null, string? purpose = ForClients)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=somebody", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (uri is not null)
        {
            names.AddUri(new Uri(uri));
        }

        if (dns is not null)
        {
            names.AddDnsName(dns);
        }

        if (uri is not null || dns is not null)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        if (purpose is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        }

        change?.Invoke(request);

        // By hand, since a certificate that outlives its authority's is one to test.
        using var signing = _certificate.GetECDsaPrivateKey()!;
        var generator = X509SignatureGenerator.CreateForECDsa(signing);
        return request.Create(_certificate.SubjectName, generator, _time.GetUtcNow().AddHours(-1), _time.GetUtcNow().AddHours(1), [++_serial]);
    }

    /// <summary>An authority that this one vouches for until then, for one purpose or any, and its certificate, which its callers send along.</summary>
    public (TestAuthority Authority, X509Certificate2 Certificate) IssueIntermediate(DateTimeOffset until, string? purpose = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Some callers", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        if (purpose is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        }

        var certificate = request.Create(_certificate, _time.GetUtcNow().AddHours(-2), until, [++_serial]);
        return (new TestAuthority(_time, certificate.CopyWithPrivateKey(key)), certificate);
    }

    public void Dispose() => _certificate.Dispose();
}
