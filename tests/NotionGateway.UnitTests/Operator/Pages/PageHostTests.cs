using Microsoft.AspNetCore.Http;
using NotionGateway.Operator;
using NotionGateway.Operator.Pages;

namespace NotionGateway.UnitTests.Operator.Pages;

public sealed class PageHostTests
{
    [Theory]
    [InlineData("127.0.0.1:8082", true)]
    [InlineData("127.0.0.2", true)]
    [InlineData("localhost:8082", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("[::1]:8082", true)]
    [InlineData("", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("evil.example:8082", false)]
    [InlineData("notlocalhost", false)]
    [InlineData("[::2]", false)]
    [InlineData("gateway.example.com", false)]
    public void Without_an_address_of_its_own_the_page_is_on_loopback(string host, bool isOurs) =>
        Assert.Equal(isOurs, new PageHost(Options(null)).Check(new HostString(host), isHttps: false) is not null);

    [Theory]
    [InlineData("gateway.example.com", true)]
    [InlineData("Gateway.Example.Com:443", true)]
    [InlineData("gateway.example.com:8443", false)]
    [InlineData("evil.gateway.example.com", false)]
    [InlineData("gateway.example.com.evil.example", false)]
    [InlineData("127.0.0.1:8082", true)]
    public void With_one_it_is_there_too(string host, bool isOurs) =>
        Assert.Equal(isOurs, new PageHost(Options("https://gateway.example.com")).Check(new HostString(host), isHttps: false) is not null);

    [Fact]
    public void Behind_a_proxy_that_speaks_https_for_it_the_page_is_one_of_https()
    {
        var hosts = new PageHost(Options("https://gateway.example.com"));

        Assert.True(hosts.Check(new HostString("gateway.example.com"), isHttps: false));
        Assert.False(hosts.Check(new HostString("127.0.0.1:8082"), isHttps: false));
        Assert.True(hosts.Check(new HostString("127.0.0.1:8082"), isHttps: true));
    }

    private static OperatorOptions Options(string? publicUrl) => new() { Keys = [], PublicUrl = publicUrl is null ? null : new Uri(publicUrl) };
}
