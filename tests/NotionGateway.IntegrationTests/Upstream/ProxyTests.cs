using System.Net;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>A configured proxy carries what it cannot read; it never stands between the token and Notion.</summary>
public sealed class ProxyTests : IDisposable
{
    private readonly PrivateAuthority _authority = new();

    [Fact]
    public async Task Notion_is_reached_through_a_tunnel_and_the_proxy_learns_only_its_name()
    {
        await using var notion = await PretendNotion.StartAsync(_authority.Issue("localhost"));
        await using var proxy = new PretendProxy();
        await using var gateway = await StartAsync(notion.Address(), proxy.Address);

        using var answer = await gateway.Client().GetAsync("/v1/users?name=secret-of-the-caller");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($"Bearer {The.NotionToken}", Assert.Single(notion.Requests).Authorization);
        var head = Assert.Single(proxy.Heads);
        Assert.StartsWith($"CONNECT {notion.Address().Authority} HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(The.NotionToken, proxy.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-the-caller", proxy.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_probe_goes_the_same_way()
    {
        await using var notion = await PretendNotion.StartAsync(_authority.Issue("localhost"));
        await using var proxy = new PretendProxy();
        await using var gateway = await StartAsync(notion.Address(), proxy.Address, probe: true);

        Assert.Equal("/v1/users/me", Assert.Single(notion.Requests).Target);
        Assert.Single(proxy.Heads);
    }

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\ndenied")]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")]
    public async Task A_proxy_that_opens_no_tunnel_makes_Notion_unreachable(string reply)
    {
        await using var notion = await PretendNotion.StartAsync(_authority.Issue("localhost"));
        await using var proxy = new PretendProxy { Reply = reply };
        await using var gateway = await StartAsync(notion.Address(), proxy.Address);

        using var answer = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(["upstream_unreachable"], answer.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Empty(notion.Requests);
        Assert.All(proxy.Heads, head => Assert.StartsWith("CONNECT ", head, StringComparison.Ordinal));
        Assert.DoesNotContain(The.NotionToken, proxy.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_plays_Notion_itself_gets_no_token()
    {
        using var impostor = new PrivateAuthority();
        await using var false_ = await PretendNotion.StartAsync(impostor.Issue("api.notion.example"));
        await using var proxy = new PretendProxy();
        await using var gateway = await StartAsync(false_.Address(), proxy.Address);

        using var answer = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal(["upstream_tls"], answer.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Empty(false_.Requests);
        Assert.DoesNotContain(The.NotionToken, proxy.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_is_down_makes_Notion_unreachable_and_is_not_gone_around()
    {
        await using var notion = await PretendNotion.StartAsync(_authority.Issue("localhost"));
        var proxy = new PretendProxy();
        var address = proxy.Address;
        await proxy.DisposeAsync();
        await using var gateway = await StartAsync(notion.Address(), address);

        using var answer = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal(["upstream_unreachable"], answer.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Empty(notion.Requests);
    }

    /// <summary>Without TLS there is no tunnel: such a proxy would be handed the token to read. The start may refuse the pair of settings.</summary>
    [Fact]
    public async Task An_upstream_in_the_clear_is_never_reached_through_a_proxy()
    {
        await using var upstream = new RecordingUpstream();
        await using var proxy = new PretendProxy { Reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" };
        try
        {
            await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Setting("Gateway:Forwarding:Proxy", proxy.Address.ToString()));
            using var answer = await gateway.Client().GetAsync("/v1/users");
        }
        catch (InvalidOperationException refused) when (refused.Message.Contains("Gateway:Forwarding:Proxy", StringComparison.Ordinal))
        {
            // That is the better way.
        }

        Assert.DoesNotContain(The.NotionToken, proxy.Seen, StringComparison.Ordinal);
        Assert.Equal(0, proxy.Connections);
    }

    public void Dispose() => _authority.Dispose();

    private Task<TestGateway> StartAsync(Uri upstream, Uri proxy, bool probe = false) => TestGateway.StartAsync(upstream, setup => setup
        .Credential("default", The.NotionToken, probe)
        .Setting("Gateway:Forwarding:AllowInsecureUpstream", null)
        .Setting("Gateway:Forwarding:ExtraCaFile", _authority.PemFile)
        .Setting("Gateway:Forwarding:Proxy", proxy.ToString()));
}
