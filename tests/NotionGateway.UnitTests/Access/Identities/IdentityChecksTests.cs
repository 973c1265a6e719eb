using NotionGateway.Settings;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>What the settings of all issuers and identities together may say, and where each error points.</summary>
public sealed class IdentityChecksTests
{
    private const string Crm = "Gateway:Access:Callers:crm:Identities:pod";
    private const string Erp = "Gateway:Access:Callers:erp:Identities:pod";
    private const string Issuers = "Gateway:Access:Issuers";

    /// <summary>Two callers, each with an identity of an issuer of its own, and the cluster's issuer, which one of them uses too.</summary>
    private static readonly (string Path, string? Value)[] Right =
    [
        ("Gateway:Access:Callers:erp:KeyHashes:0", KeyDigest.Of("the key of erp").ToString()),
        ($"{Issuers}:cluster:Type", "Kubernetes"), ($"{Issuers}:cluster:Audiences:0", "notion-gateway"),
        ($"{Issuers}:corp:Issuers:0", "https://corp.example"), ($"{Issuers}:corp:Audiences:0", "notion-gateway"),
        ($"{Issuers}:other:Issuers:0", "https://other.example"), ($"{Issuers}:other:Audiences:0", "notion-gateway"),
        ($"{Crm}:Issuer", "corp"), ($"{Crm}:Subject", "sync"),
        ($"{Erp}:Issuer", "other"), ($"{Erp}:Subject", "sync"),
        ($"{Erp}2:Issuer", "cluster"), ($"{Erp}2:ServiceAccount", "erp/sync"),
    ];

    [Fact]
    public void Settings_that_are_right_have_no_error() => Assert.Empty(Errors());

    [Fact]
    public void An_issuer_that_is_not_configured_is_an_error_that_lists_those_that_are()
    {
        Assert.Equal([$"{Crm}:Issuer: is not among {Issuers}: cluster, corp, other"], Errors(($"{Crm}:Issuer", "nowhere")));
        Assert.Equal(
            [$"{Crm}:Issuer: is not among {Issuers}: none is configured"],
            Configured.Read(($"{Crm}:Issuer", "corp"), ($"{Crm}:Subject", "sync")).Errors.Select(error => $"{error}"));
    }

    [Theory]
    [InlineData("other", true)]
    [InlineData("corp", true)]
    [InlineData("cluster", false)]
    public void A_service_account_needs_the_issuer_of_a_cluster(string issuer, bool isError)
    {
        string[] expected = isError ? [$"{Erp}2:ServiceAccount: needs an issuer of Type Kubernetes; for another one write Subject"] : [];
        Assert.Equal(expected, Errors(($"{Erp}2:Issuer", issuer)));
    }

    [Theory]
    [InlineData("corp", "crm:sync", true)]
    [InlineData("corp", "crm:x:*", true)]
    [InlineData("corp", "erp:sync", false)]
    [InlineData("corp", "crm", false)]
    [InlineData("other", "crm:sync", false)]
    public void A_subject_that_another_callers_star_covers_is_an_error(string issuer, string subject, bool isError)
    {
        string[] expected = isError
            ? [$"{Erp}:Subject: is also meant by 'crm:*' of 'crm', so its tokens would be denied: give each subject to one of them"]
            : [];
        Assert.Equal(expected, Errors(($"{Crm}:Subject", "crm:*"), ($"{Erp}:Issuer", issuer), ($"{Erp}:Subject", subject)));
    }

    [Fact]
    public void A_subject_that_two_callers_have_is_an_error_of_the_second()
    {
        Assert.Equal([$"{Erp}:Subject: is bound to 'crm' too, so its tokens would be denied: bind it to one of them"], Errors(($"{Erp}:Issuer", "corp")));
        Assert.Empty(Errors(($"{Erp}:Issuer", "corp"), ($"{Erp}:Claims:0", "team=erp")));
    }

    [Fact]
    public void One_caller_may_name_a_subject_twice() =>
        Assert.Empty(Errors(($"{Crm}2:Issuer", "corp"), ($"{Crm}2:Subject", "sync"), ($"{Crm}3:Issuer", "corp"), ($"{Crm}3:Subject", "a:*"),
            ($"{Crm}4:Issuer", "corp"), ($"{Crm}4:Subject", "a:b")));

    [Fact]
    public void A_certificate_needs_authorities_and_one_caller()
    {
        const string Needs = "needs Gateway:Access:ClientCertificates:TrustedCaFile, the authorities that vouch for certificates";
        Assert.Equal(
            [$"{Crm}2:Certificate: {Needs}", $"{Erp}3:Certificate: {Needs}", $"{Erp}3:Certificate: is bound to 'crm' too: bind it to one of them"],
            Errors(($"{Crm}2:Certificate", "dns:crm.internal"), ($"{Erp}3:Certificate", "dns:crm.internal")));
        Assert.Equal(
            [$"{Crm}2:Certificate: {Needs}", $"{Crm}3:Certificate: {Needs}"],
            Errors(($"{Crm}2:Certificate", "dns:crm.internal"), ($"{Crm}3:Certificate", "dns:crm.internal")));
    }

    [Fact]
    public void The_gateway_runs_in_one_cluster() => Assert.Equal(
        [$"{Issuers}:second:Type: is Kubernetes for the second time: the gateway runs in one cluster"],
        Errors(($"{Issuers}:second:Type", "Kubernetes"), ($"{Issuers}:second:Audiences:0", "notion-gateway")));

    [Fact]
    public void A_value_belongs_to_one_issuer()
    {
        Assert.Equal(
            [$"{Issuers}:other:Issuers: contains a value of issuer 'corp': each belongs to one issuer"],
            Errors(($"{Issuers}:other:Issuers:0", "https://corp.example")));
        Assert.Equal([$"{Issuers}:corp:Issuers: contains the same value twice"], Errors(($"{Issuers}:corp:Issuers:1", "https://corp.example")));
    }

    [Fact]
    public void A_trust_domain_belongs_to_one_issuer()
    {
        Assert.Empty(Errors(($"{Issuers}:corp:TrustDomain", "one"), ($"{Issuers}:other:TrustDomain", "two")));
        Assert.Equal(
            [$"{Issuers}:other:TrustDomain: is the trust domain of another issuer: each belongs to one issuer"],
            Errors(($"{Issuers}:corp:TrustDomain", "one"), ($"{Issuers}:other:TrustDomain", "one")));
    }

    [Fact]
    public void An_error_of_an_operators_identity_points_to_the_operator() => Assert.Equal(
        [$"Gateway:Operator:Identities:ann:Issuer: is not among {Issuers}: cluster, corp, other"],
        Errors(
            ("Gateway:Operator:Audiences:0", "operators"), ("Gateway:Operator:Identities:ann:Issuer", "nowhere"),
            ("Gateway:Operator:Identities:ann:Subject", "ann")));

    private static IEnumerable<string> Errors(params (string Path, string? Value)[] changes) =>
        Configured.Read([.. Right, .. changes]).Errors.Where(IsOfIdentities).Select(error => $"{error}");

    /// <summary>Only the errors of these rules: a certificate, for one, needs a listener too, which is not of interest here.</summary>
    private static bool IsOfIdentities(SettingError error) => error.Path.StartsWith("Gateway:Access") || error.Path.StartsWith("Gateway:Operator");
}
