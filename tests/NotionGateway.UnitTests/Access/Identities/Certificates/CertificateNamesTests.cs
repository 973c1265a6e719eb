using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access.Identities.Certificates;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities.Certificates;

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
    public void Names_that_can_be_read_in_two_ways_name_nobody(string names)
    {
        var content = Convert.FromHexString(names.Replace(" ", ""));
        var extension = new X509Extension("2.5.29.17", [0x30, (byte)content.Length, .. content], critical: false);
        Assert.Empty(CertificateNames.Read(_authority.Issue(null, change: request => request.CertificateExtensions.Add(extension))));
    }

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
    [InlineData("cn:crm", false)]
    [InlineData("spiffe://corp.example/x", false)]
    public void A_setting_names_exactly_one_holder(string name, bool valid) => Assert.Equal(valid, CertificateNames.IsValid(name));

    public void Dispose() => _authority.Dispose();
}
