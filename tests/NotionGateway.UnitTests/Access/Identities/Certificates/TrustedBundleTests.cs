using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access.Identities.Certificates;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities.Certificates;

/// <summary>What authorities say of a certificate, at a handshake and again when they change.</summary>
public sealed class TrustedBundleTests : IDisposable
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string Crm = "spiffe://corp/crm";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authorities");
    private readonly TestAuthority _authority;
    private readonly TestAuthority _other;

    public TrustedBundleTests() => (_authority, _other) = (new TestAuthority(_time), new TestAuthority(_time));

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public void A_certificate_is_judged_again_with_the_intermediate_that_was_sent_with_it()
    {
        var (intermediate, itsCertificate) = _authority.IssueIntermediate(until: Now.AddMinutes(30));
        using var leaf = intermediate.Issue(Crm);
        var certificate = new ClientCertificate(leaf, Bundle(_authority).Judge(leaf, [itsCertificate], Now));

        Assert.Null(certificate.WhyEnded(Now, Bundle(_authority, _other)));
        Assert.Contains("no trusted authority", certificate.WhyEnded(Now, Bundle(_other)));
        Assert.Contains("no trusted authority", certificate.WhyEnded(Now));
        Assert.Null(certificate.WhyEnded(Now, Bundle(_authority)));
        Assert.Equal("it has expired", certificate.WhyEnded(Now.AddMinutes(30)));
    }

    [Fact]
    public void An_authority_for_servers_alone_vouches_for_no_client()
    {
        var (intermediate, itsCertificate) = _authority.IssueIntermediate(Now.AddMinutes(30), ForServers);
        using var leaf = intermediate.Issue(Crm);
        Assert.Equal("its chain is not valid (NotValidForUsage)", Bundle(_authority).Judge(leaf, [itsCertificate], Now).Problem);
    }

    [Fact]
    public void A_reload_without_another_file_keeps_the_authorities_although_the_file_cannot_be_used_now()
    {
        var path = Path.Combine(_folder.FullName, "ca.pem");
        File.WriteAllText(path, _authority.Pem);
        var options = new Reloadable<ClientCertificateOptions>(new ClientCertificateOptions { TrustedCaFile = path });
        var authorities = new TrustedAuthorities(options, _time, NullLogger<TrustedAuthorities>.Instance);
        var before = authorities.Current;

        File.WriteAllText(path, "no certificate at all");
        options.Replace(new ClientCertificateOptions { TrustedCaFile = path });
        Assert.NotNull(before);
        Assert.Same(before, authorities.Current);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
        _folder.Delete(recursive: true);
    }

    private static TrustedBundle Bundle(params TestAuthority[] authorities) =>
        TrustedBundle.Parse(Encoding.UTF8.GetBytes(string.Join('\n', authorities.Select(authority => authority.Pem))));
}
