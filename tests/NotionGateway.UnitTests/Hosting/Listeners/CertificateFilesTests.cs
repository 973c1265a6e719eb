using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using NotionGateway.Hosting.Listeners;
using NotionGateway.Hosting.Listeners.Certificates;

namespace NotionGateway.UnitTests.Hosting.Listeners;

public sealed class CertificateFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("certificates");

    [Fact]
    public void Only_a_listener_with_TLS_and_a_file_has_files()
    {
        Assert.Null(Of(("Kestrel:Endpoints:Data:Url", "http://*:1"), ("Kestrel:Endpoints:Data:Certificate:Path", "/a")));
        Assert.Null(Of(("Kestrel:Endpoints:Data:Url", "https://*:1")));
        Assert.Null(Of(
            ("Kestrel:Endpoints:Data:Url", "https://*:1"), ("Kestrel:Endpoints:Data:Certificate:Path", "/a"), ("Kestrel:Endpoints:Data:Sni:*:X", "1")));
        Assert.Equal(
            new CertificateFiles("/a", "/b", "p"),
            Of(
                ("Kestrel:Endpoints:Data:Url", "https://*:1"),
                ("Kestrel:Endpoints:Data:Certificate:Path", "/a"),
                ("Kestrel:Endpoints:Data:Certificate:KeyPath", "/b"),
                ("Kestrel:Endpoints:Data:Certificate:Password", "p")));
        Assert.Equal(
            new CertificateFiles("/d", null, null), Of(("Kestrel:Endpoints:Data:Url", "https://*:1"), ("Kestrel:Certificates:Default:Path", "/d")));
    }

    [Fact]
    public void The_certificate_comes_with_the_chain_of_its_file_and_its_text_shows_no_password()
    {
        var (own, authority) = (Make("own"), Make("authority"));
        var pem = Write(own.ExportCertificatePem() + "\n" + authority.ExportCertificatePem());

        var files = new CertificateFiles(pem, Write(own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()), null);
        var loaded = files.Load(Contents(files));

        Assert.Equal(own.Thumbprint, loaded.TargetCertificate.Thumbprint);
        Assert.True(loaded.TargetCertificate.HasPrivateKey);
        Assert.DoesNotContain("hunter2", new CertificateFiles("/a", null, "hunter2").ToString());
    }

    [Fact]
    public void A_file_with_a_password_gives_the_same()
    {
        var own = Make("own");
        var path = Path.Combine(_folder.FullName, "own.pfx");
        File.WriteAllBytes(path, own.Export(X509ContentType.Pfx, "hunter2"));
        var files = new CertificateFiles(path, null, "hunter2");

        Assert.Equal(own.Thumbprint, files.Load(Contents(files)).TargetCertificate.Thumbprint);
        Assert.ThrowsAny<CryptographicException>(() => (files with { Password = "other" }).Load(Contents(files)));
    }

    [Fact]
    public void A_key_of_another_certificate_is_an_error()
    {
        var other = Write(Make("other").GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var files = new CertificateFiles(Write(Make("own").ExportCertificatePem()), other, null);

        Assert.ThrowsAny<Exception>(() => files.Load(Contents(files)));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static byte[][] Contents(CertificateFiles files) => [.. files.Paths.Select(File.ReadAllBytes)];

    private static CertificateFiles? Of(params (string Path, string? Value)[] settings)
    {
        IConfiguration configuration = Configured.From(settings);
        return CertificateFiles.Of(configuration, Listener.Data);
    }

    private static X509Certificate2 Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private string Write(string text)
    {
        var path = Path.Combine(_folder.FullName, Path.GetRandomFileName());
        File.WriteAllText(path, text);
        return path;
    }
}
