using NotionGateway.Cli;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Cli;

public sealed class OperatorAddressTests
{
    private const string Configured = "Gateway__Operator__KeyHashes__0";

    private readonly FakeEnvironment _environment = new() { ["GATEWAY_OPERATOR_KEY"] = The.OperatorKey };

    [Theory]
    [InlineData(null, "http://127.0.0.1:8082/")]
    [InlineData("http://127.0.0.1:9000", "http://127.0.0.1:9000/")]
    [InlineData("https://*:9443", "https://127.0.0.1:9443/")]
    public void The_address_is_that_of_the_server(string? url, string expected)
    {
        _environment[Configured] = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        _environment["Kestrel__Endpoints__Operator__Url"] = url;

        var address = Find(null, out _);

        Assert.Equal((expected, The.OperatorKey), (address!.Url.AbsoluteUri, address.Key));
        Assert.DoesNotContain(The.OperatorKey, address.ToString());
    }

    [Fact]
    public void A_listener_that_is_off_has_no_address()
    {
        Assert.Null(Find(null, out var problem));
        Assert.Contains("Gateway:Operator:KeyHashes", problem);
        Assert.Contains("--url", problem);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8082")]
    [InlineData("http://localhost:8082/")]
    [InlineData("http://[::1]:8082")]
    [InlineData("https://gateway.example.com:8082")]
    public void An_address_that_nobody_listens_to_on_the_way_is_used(string url) => Assert.NotNull(Find(url, out _));

    [Theory]
    [InlineData("http://gateway.example.com:8082", "in clear text")]
    [InlineData("http://10.0.0.5:8082", "in clear text")]
    [InlineData("http://127.0.0.1.example.com", "in clear text")]
    [InlineData("ftp://127.0.0.1", "--url must be")]
    [InlineData("gateway:8082", "--url must be")]
    [InlineData("https://user:password@gateway", "--url must be")]
    [InlineData("https://gateway/operator", "--url must be")]
    [InlineData("https://gateway/?key=1", "--url must be")]
    [InlineData("", "--url must be")]
    public void Any_other_is_not(string url, string what)
    {
        Assert.Null(Find(url, out var problem));
        Assert.Contains(what, problem);
        Assert.DoesNotContain("password", problem);
    }

    [Theory]
    [InlineData(null, "Set GATEWAY_OPERATOR_KEY")]
    [InlineData("  ", "Set GATEWAY_OPERATOR_KEY")]
    [InlineData(The.NotionToken, "looks like a Notion token")]
    [InlineData("ngw_one\r\nHost: evil", "several lines")]
    [InlineData("ngw_schlüssel", "a non-ASCII character")]
    public void A_key_that_is_none_is_not_sent(string? key, string what)
    {
        _environment["GATEWAY_OPERATOR_KEY"] = key;

        Assert.Null(Find("http://127.0.0.1:8082", out var problem));
        Assert.Contains(what, problem);
        Assert.DoesNotContain(The.NotionToken, problem);
    }

    [Fact]
    public void A_line_break_at_the_end_of_a_mounted_key_is_no_part_of_it()
    {
        _environment["GATEWAY_OPERATOR_KEY"] = The.OperatorKey + "\n";
        Assert.Equal(The.OperatorKey, Find("http://127.0.0.1:8082", out _)!.Key);
    }

    private OperatorAddress? Find(string? url, out string problem) => OperatorAddress.Find(_environment, null, url, out problem);
}
