using System.Buffers.Text;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>What Kubernetes gives a pod: where its API server is, and the token that is shown there.</summary>
public sealed class PodAccountTests : IDisposable
{
    private const int MostCharacters = 16 * 1024;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pod");

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

    [Fact]
    public void A_token_whose_claims_are_not_JSON_names_no_issuer()
    {
        Assert.Null(PodAccount.IssuerOf("a.AAAA.c"));
        Assert.Null(PodAccount.IssuerOf($"a.{Base64Url.EncodeToString([.. "{\"iss\":\""u8, 0xFF, .. "\"}"u8])}.c"));
        Assert.Null(PodAccount.IssuerOf($"a.{Base64Url.EncodeToString("{\"iss\":1}"u8)}.c"));
    }

    [Fact]
    public void The_token_and_the_authority_are_files_of_one_folder()
    {
        Assert.Equal("the token", Read(" the token\n"));
        Assert.Equal(Path.Combine(_folder.FullName, "ca.crt"), Pod().CaFile);
        Assert.Equal("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt", new PodAccount(new FakeEnvironment()).CaFile);
    }

    [Fact]
    public void A_token_has_16_KiB_of_ASCII_at_most()
    {
        Assert.Equal(MostCharacters, Read(new string('x', MostCharacters)).Length);
        Assert.Throws<InvalidDataException>(() => Read(new string('x', MostCharacters + 1)));
        Assert.Throws<InvalidDataException>(() => Read("tökén"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private PodAccount Pod() => new(new FakeEnvironment(), _folder.FullName);

    private string Read(string token)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "token"), token);
        return Pod().ReadToken();
    }
}
