using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access;
using NotionGateway.Access.Identities.Certificates;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities.Certificates;

/// <summary>Who calls with a certificate, alone and beside a key. The numbers are those of the list of cases.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string Crm = "spiffe://corp/crm";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authorities");
    private readonly TestAuthority _authority;
    private readonly TestAuthority _other;
    private readonly ClientCertificateOptions _options;
    private readonly ClientCertificates _certificates;
    private readonly Authenticators _authenticators;
    private AccessRules _rules;

    public ClientCertificateTests()
    {
        (_authority, _other) = (new TestAuthority(_time), new TestAuthority(_time));
        _options = new ClientCertificateOptions { TrustedCaFile = Path.Combine(_folder.FullName, "ca.pem") };
        Trust(_authority.Pem);
        _certificates = Some.ClientCertificates(_options, _time);
        _rules = Rules(Caller("crm", $"uri:{Crm}"), Caller("web", "dns:web.internal"), Caller("off", "dns:off.internal") with { Disabled = true });
        _authenticators = Some.Authenticators(_certificates, new KeyAuthenticator(new KeyUses(new Reloadable<AccessRules>(_rules), _time)));
    }

    [Fact]
    public async Task Case_39_a_certificate_serves_alone_and_beside_a_bearer_of_nothing()
    {
        var certificate = Accept(_authority.Issue(Crm));
        Assert.Equal("crm", await AskAsync(certificate, null));
        Assert.Equal("crm", await AskAsync(certificate, "Bearer"));
        Assert.Equal("invalid_key", await AskAsync(certificate, "Bearer garbage"));
        Assert.Equal("notion_token_presented", await AskAsync(certificate, "Bearer ntn_12345678901abcdefghijklmnopqrstuvwxyz012345678"));
    }

    [Fact]
    public async Task Case_38_a_key_beside_it_must_be_the_same_callers()
    {
        var certificate = Accept(_authority.Issue(Crm));
        Assert.Equal("crm", await AskAsync(certificate, "Bearer the key of crm"));
        Assert.Equal("identity_conflict", await AskAsync(certificate, "Bearer the key of web"));
        Assert.Equal("caller_disabled", await AskAsync(Accept(_authority.Issue(null, "off.internal")), null));
    }

    [Fact]
    public async Task Beside_the_name_of_an_application_the_same_holds()
    {
        var certificate = Accept(_authority.Issue(Crm));
        Assert.Equal("crm", await NameAsync(certificate, "the key of crm"));
        Assert.Equal("identity_conflict", await NameAsync(certificate, "the key of web"));
        Assert.Equal("invalid_key", await NameAsync(certificate, "the key of nobody"));
        Assert.Equal("web", await NameAsync(null, "the key of web"));
        Trust(_other.Pem);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("identity_unknown", await NameAsync(certificate, "the key of crm"));

        async Task<string> NameAsync(ClientCertificate? beside, string secret)
        {
            var who = await _authenticators.AuthenticateSecretAsync(_rules, secret, new Proof(null, null, beside), default);
            return who.Refusal?.Reason.Name ?? who.Caller?.Name ?? "nobody";
        }
    }

    [Fact]
    public async Task One_that_names_nobody_is_mere_transport_and_one_that_names_two_is_refused()
    {
        var nobody = Accept(_authority.Issue("spiffe://corp/other"));
        Assert.Equal("missing_key", await AskAsync(nobody, null));
        Assert.Equal("web", await AskAsync(nobody, "Bearer the key of web"));
        Assert.Equal("missing_key", await AskAsync(Accept(_authority.Issue(uri: null)), null));

        var two = Accept(_authority.Issue(Crm, "web.internal"));
        Assert.Equal("identity_ambiguous", await AskAsync(two, null));
        Assert.Equal("identity_ambiguous", await AskAsync(two, "Bearer the key of crm"));
    }

    [Fact]
    public void Case_40_only_a_clients_certificate_of_a_trusted_authority_and_of_now_is_accepted()
    {
        Assert.Null(WhyNot(_authority.Issue(Crm)));
        Assert.Contains("no trusted authority", WhyNot(_other.Issue(Crm)));
        Assert.Contains("clientAuth", WhyNot(_authority.Issue(Crm, purpose: ForServers)));
        Assert.Contains("an authority's own", WhyNot(_authority.Issue(Crm, change: Authority)));
        var late = _authority.Issue(Crm);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Contains("expired", WhyNot(late));
    }

    [Fact]
    public void Case_42_one_without_any_purpose_is_refused() => Assert.Contains("clientAuth", WhyNot(_authority.Issue(Crm, purpose: null)));

    [Fact]
    public async Task Case_41_an_open_connection_does_not_outlive_the_trust_that_let_it_in()
    {
        var certificate = Accept(_authority.Issue(Crm));
        Trust("no certificate at all");
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("crm", await AskAsync(certificate, null));

        Trust(_authority.Pem + "\n" + _other.Pem);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("crm", await AskAsync(certificate, null));

        Trust(_other.Pem);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("identity_unknown", await AskAsync(certificate, null));
        Assert.Equal("identity_unknown", await AskAsync(certificate, "Bearer the key of crm"));
        Assert.True(_certificates.IsEnding(certificate));
        Assert.Contains("no trusted authority", WhyNot(_authority.Issue(Crm)));
        Assert.Null(WhyNot(_other.Issue(Crm)));
    }

    [Fact]
    public async Task A_certificate_that_expires_while_its_connection_is_open_ends_it_in_time()
    {
        var certificate = Accept(_authority.Issue(Crm));
        _time.Advance(TimeSpan.FromMinutes(54));
        Assert.False(_certificates.IsEnding(certificate));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_certificates.IsEnding(certificate));
        Assert.Equal("crm", await AskAsync(certificate, null));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("identity_unknown", await AskAsync(certificate, null));
    }

    [Fact]
    public async Task A_certificate_ends_with_the_intermediate_that_vouches_for_it()
    {
        var (intermediate, itsCertificate) = _authority.IssueIntermediate(until: _time.GetUtcNow().AddMinutes(30));
        using var leaf = intermediate.Issue(Crm);
        Assert.Null(_certificates.Accept(leaf, [itsCertificate]));
        var certificate = _certificates.Find(leaf)!;
        Assert.Equal("crm", await AskAsync(certificate, null));
        Assert.False(_certificates.IsEnding(certificate));

        _time.Advance(TimeSpan.FromMinutes(26));
        Assert.True(_certificates.IsEnding(certificate));
        Assert.Equal("crm", await AskAsync(certificate, null));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("identity_unknown", await AskAsync(certificate, null));
        Assert.Contains("expired", _certificates.Accept(leaf, [itsCertificate]));
    }

    [Fact]
    public void Authorities_are_read_before_the_first_handshake_and_before_a_reload_takes_effect()
    {
        var options = new Reloadable<ClientCertificateOptions>(_options);
        var authorities = new TrustedAuthorities(options, _time, NullLogger<TrustedAuthorities>.Instance);
        var moved = new ClientCertificateOptions { TrustedCaFile = Path.Combine(_folder.FullName, "moved.pem") };
        File.WriteAllText(moved.TrustedCaFile, _other.Pem);
        options.Replace(moved);

        // Nobody has asked yet, so nobody can have read it since.
        File.Delete(moved.TrustedCaFile);
        Assert.NotNull(authorities.Current);
    }

    [Fact]
    public async Task A_request_that_waits_is_judged_again_by_trust_and_bindings()
    {
        var certificate = Accept(_authority.Issue(Crm));
        var alone = await PresentAsync(certificate, null);
        var joined = await PresentAsync(certificate, "Bearer the key of crm");
        Assert.Null(await AgainAsync(alone));
        Assert.Null(await AgainAsync(joined));

        _rules = Rules(Caller("crm"), Caller("web", $"uri:{Crm}"));
        Assert.Equal("web", (await alone.By!.AuthenticateAsync(_rules, alone.Key!.Value, default))!.Value.Caller!.Name);
        Assert.Equal("identity_conflict", await AgainAsync(joined));

        _rules = Rules(Caller("crm"));
        Assert.Equal("identity_unknown", await AgainAsync(alone));
        Assert.Null(await AgainAsync(joined));

        _rules = Rules(Caller("crm", $"uri:{Crm}"));
        Trust(_other.Pem);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("identity_unknown", await AgainAsync(alone));
        Assert.Equal("identity_unknown", await AgainAsync(joined));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
        _folder.Delete(recursive: true);
    }

    private static void Authority(CertificateRequest request) => request.CertificateExtensions.Add(
        new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));

    private static CallerOptions Caller(string name, params string[] certificates) => Some.CallerOptions(name) with
    {
        Identities = [.. certificates.Select(certificate => TokenScene.Identity() with { Issuer = null, Certificate = certificate })],
    };

    private AccessRules Rules(params CallerOptions[] callers) => new(Some.Access(callers) with { ClientCertificates = _options }, _time);

    private void Trust(string pem) => File.WriteAllText(_options.TrustedCaFile!, pem);

    private string? WhyNot(X509Certificate2 certificate) => _certificates.Accept(certificate, []);

    private ClientCertificate Accept(X509Certificate2 certificate)
    {
        Assert.Null(WhyNot(certificate));
        return _certificates.Find(certificate) ?? throw new CryptographicException("It is not remembered.");
    }

    private ValueTask<Authentication> PresentAsync(ClientCertificate certificate, string? authorization) =>
        _authenticators.AuthenticateAsync(_rules, new Proof(authorization, null, certificate), default);

    private async Task<string> AskAsync(ClientCertificate certificate, string? authorization)
    {
        var who = await PresentAsync(certificate, authorization);
        return who.Refusal?.Reason.Name ?? who.Caller?.Name ?? "nobody";
    }

    private async Task<string?> AgainAsync(Authentication who) =>
        (await who.By!.AuthenticateAsync(_rules, who.Key!.Value, default))!.Value.Refusal?.Reason.Name;
}
