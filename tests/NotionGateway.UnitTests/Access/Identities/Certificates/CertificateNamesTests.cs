using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access.Identities.Certificates;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities.Certificates;

/// <summary>Which names a certificate gives its holder, and how the settings may write one.</summary>
public sealed class CertificateNamesTests : IDisposable
{
    private readonly TestAuthority _authority = new(new FakeTimeProvider());

    [Fact]
    public void URIs_and_DNS_names_are_names_and_the_common_name_is_none()
    {
        Assert.Equal(
            ["dns:crm.internal", "uri:spiffe://corp/crm"],
            CertificateNames.Read(_authority.Issue("spiffe://corp/crm", "CRM.internal")).Order());
        Assert.Empty(CertificateNames.Read(_authority.Issue(uri: null)));
    }

    [Theory]
    [InlineData("86 05 61 3A 62 00 63")] // a:b, NUL, c
    [InlineData("86 05 61 3A 62 20 63")] // with a space
    [InlineData("86 05 61 3A 62 E4 63")] // outside of ASCII
    [InlineData("82 03 61 00 62")] // the same in a DNS name
    [InlineData("86 0A 73 70 69 66 66 65 3A 2F 2F 61 86 0A 53 50 49 46 46 45 3A 2F 2F 62")] // spiffe://a and SPIFFE://b
    [InlineData("86 7F 61")] // longer than it is
    [InlineData("86 04 61 3A 62 7F")] // with DEL
    [InlineData("86 03 61 3A 62 86 04 61 3A 62 20")] // a plain one and one with a space
    public void Names_that_can_be_read_in_two_ways_name_nobody(string names) => Assert.Empty(Read(names, ""));

    [Theory]
    [InlineData("86 03 61 3A 62", "", "uri:a:b")]
    [InlineData("81 03 61 40 62 82 01 61 87 04 C0 00 02 01", "", "dns:a")] // an e-mail address, a DNS name, an IP address
    [InlineData("86 03 61 3A 62", "05 00", "")] // with something behind the list
    public void Names_of_other_kinds_are_passed_over_and_nothing_stands_behind_the_list(string names, string behind, string expected) =>
        Assert.Equal(expected, string.Join(' ', Read(names, behind)));

    [Theory]
    [InlineData("uri:spiffe://corp.example/ns/crm/sa/sync", true)]
    [InlineData("uri:https://crm.example/x", true)]
    [InlineData("dns:crm.internal", true)]
    [InlineData("dns:CRM.internal", false)]
    [InlineData("dns:*.internal", false)]
    [InlineData("dns:", false)]
    [InlineData("uri:spiffe://corp.example/*", false)]
    [InlineData("uri:spiffe://corp.example", false)]
    [InlineData("uri:spiffe://corp.example/", false)]
    [InlineData("uri:spiffe://Corp/x", false)]
    [InlineData("uri:crm", false)]
    [InlineData("uri::crm", false)]
    [InlineData("uri:c:rm", true)]
    [InlineData("cn:crm", false)]
    [InlineData("spiffe://corp.example/x", false)]
    public void A_setting_names_exactly_one_holder(string name, bool valid) => Assert.Equal(valid, CertificateNames.IsValid(name));

    public void Dispose() => _authority.Dispose();

    private IReadOnlyList<string> Read(string names, string behind)
    {
        var content = Convert.FromHexString(names.Replace(" ", ""));
        byte[] data = [0x30, (byte)content.Length, .. content, .. Convert.FromHexString(behind.Replace(" ", ""))];
        var extension = new X509Extension("2.5.29.17", data, critical: false);
        return CertificateNames.Read(_authority.Issue(null, change: request => request.CertificateExtensions.Add(extension)));
    }
}
