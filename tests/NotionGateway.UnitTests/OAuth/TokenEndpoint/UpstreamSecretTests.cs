using NotionGateway.OAuth.TokenEndpoint;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.OAuth.TokenEndpoint;

public sealed class UpstreamSecretTests
{
    private readonly UpstreamSecret _secret = new("refresh", Some.Upstream);

    [Fact]
    public void It_is_given_for_the_host_that_it_is_bound_to() =>
        Assert.Equal("refresh", _secret.ValueFor(new Uri("https://api.notion.com/v1/oauth/token")));

    [Theory]
    [InlineData("http://api.notion.com/v1/oauth/token")]
    [InlineData("https://api.notion.com.evil.example/v1/oauth/token")]
    [InlineData("https://api.notion.com:8443/v1/oauth/token")]
    [InlineData("https://api.notion.com@evil.example/v1/oauth/token")]
    [InlineData("https://evil.example/?https://api.notion.com/")]
    public void It_is_given_for_no_other(string address) => Assert.Throws<InvalidOperationException>(() => _secret.ValueFor(new Uri(address)));

    [Fact]
    public void It_never_prints_itself() => Assert.Equal("[redacted]", $"{_secret}");
}
