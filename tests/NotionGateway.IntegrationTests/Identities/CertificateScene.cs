using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using NotionGateway.IntegrationTests.Upstream;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.IntegrationTests.Identities;

/// <summary>One authority and one gateway that asks for certificates, for all tests of a class.</summary>
public sealed class CertificateScene : IAsyncLifetime
{
    private readonly PrivateAuthority _server = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clients");
    private int _bundles;

    internal RecordingUpstream Upstream { get; } = new();

    internal TestIssuer Issuer { get; } = new(TimeProvider.System);

    internal OpenSslAuthority Authority { get; private set; } = null!;

    internal TestGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Authority = await OpenSslAuthority.CreateAsync();
        Gateway = await StartAsync(null);
    }

    /// <summary>A file of authorities of a test's own.</summary>
    internal string Bundle()
    {
        var path = Path.Combine(_folder.FullName, $"{++_bundles}.pem");
        File.Copy(Authority.PemFile, path);
        return path;
    }

    /// <summary>A gateway, if need be on a clock that is so many days ahead.</summary>
    internal Task<TestGateway> StartAsync(TestClock? clock, int days = 0, string? bundle = null)
    {
        // A clock that stands still must be ahead of certificates that are made after it.
        clock?.Advance(TimeSpan.FromDays(days) + TimeSpan.FromHours(1));
        var keys = Path.Combine(_folder.FullName, "keys.json");
        File.WriteAllText(keys, Issuer.Document);
        var (certificate, key) = _server.IssueFiles("127.0.0.1");
        return TestGateway.StartAsync(Upstream.Address, setup =>
        {
            setup.Caller("crm", The.Key).Caller("web", The.OtherKey)
                .Setting("Gateway:Access:Issuers:corp:Issuers:0", TestIssuer.Value)
                .IssuerSettings("corp", ("KeysFile", keys))
                .Identity("crm", "corp", ("Subject", "crm"))
                .Identity("web", "corp", ("Subject", "web"))
                .Setting("Gateway:Access:Callers:crm:Identities:workload:Certificate", "uri:spiffe://corp.example/ns/crm/sa/sync")
                .Setting("Gateway:Access:Callers:crm:Identities:host:Certificate", "dns:crm.internal")
                .Setting("Gateway:Access:ClientCertificates:TrustedCaFile", bundle ?? Bundle())
                .Setting("Kestrel:Endpoints:Data:Url", "https://127.0.0.1:0")
                .Setting("Kestrel:Endpoints:Data:ClientCertificateMode", "AllowCertificate")
                .Setting("Kestrel:Endpoints:Data:Certificate:Path", certificate)
                .Setting("Kestrel:Endpoints:Data:Certificate:KeyPath", key);
            _ = clock is null ? setup : setup.OnFakeTime(clock);
        });
    }

    /// <summary>A caller with this certificate, or with none.</summary>
    internal HttpClient Client(X509Certificate2? certificate, X509Certificate2? between = null, TestGateway? gateway = null, string version = "1.1")
    {
        var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = { CertificateChainPolicy = _server.Policy } };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(
                certificate, between is null ? null : [between], offline: true);
        }

        return new HttpClient(handler) { BaseAddress = (gateway ?? Gateway).Data, DefaultRequestVersion = Version.Parse(version) };
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
        Authority.Dispose();
        _server.Dispose();
        _folder.Delete(recursive: true);
    }
}
