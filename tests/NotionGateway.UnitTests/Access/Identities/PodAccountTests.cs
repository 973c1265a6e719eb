using NotionGateway.Access.Identities.Keys;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

public sealed class PodAccountTests
{
    [Theory]
    [InlineData("10.96.0.1", "443", "https://10.96.0.1/openid/v1/jwks")]
    [InlineData("10.96.0.1", "6443", "https://10.96.0.1:6443/openid/v1/jwks")]
    [InlineData("fd00::1", "443", "https://[fd00::1]/openid/v1/jwks")]
    [InlineData("10.96.0.1", null, "https://10.96.0.1/openid/v1/jwks")]
    [InlineData(null, "443", null)]
    [InlineData("", "443", null)]
    [InlineData("evil.example/x?", "443", null)]
    [InlineData("user@evil.example", "443", null)]
    public void The_address_is_that_of_the_API_server(string? host, string? port, string? expected)
    {
        var environment = new FakeEnvironment { ["KUBERNETES_SERVICE_HOST"] = host, ["KUBERNETES_SERVICE_PORT"] = port };
        Assert.Equal(expected, new PodAccount(environment).KeysAddress?.AbsoluteUri);
    }

    [Fact]
    public void The_issuer_is_that_of_the_pods_own_token()
    {
        Assert.Equal(TestIssuer.Value, PodAccount.IssuerOf(new TestIssuer(TimeProvider.System).Token("ES256", "p256")));
        Assert.Null(PodAccount.IssuerOf("a legacy token"));
        Assert.Null(PodAccount.IssuerOf("a.b.c"));
        Assert.Null(PodAccount.IssuerOf("a.bnVsbA.c"));
    }
}
