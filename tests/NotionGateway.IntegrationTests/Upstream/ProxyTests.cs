using System.Net;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>A configured proxy carries only what it cannot read; it never sees the token.</summary>
public sealed class ProxyTests : IDisposable
{
    private const string Password = "TheProxyPasswordThatMustNotBeSeen";

    private readonly PrivateAuthority _authority = new();

    [Fact]
    public async Task Notion_is_reached_through_a_tunnel_and_the_proxy_learns_only_its_name()
    {
        await using var notion = await PretendNotion.StartAsync(_authority.Issue("localhost"));
        await using var proxy = new PretendProxy();
        await using var gateway = await StartAsync(notion.Address(), proxy.Address);

        using var response = await gateway.Client().GetAsync("/v1/users?name=secret-of-the-caller");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
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

        using var response = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(["upstream_unreachable"], response.Headers.GetValues("Notion-Gateway-Reason"));
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

        using var response = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal(["upstream_tls"], response.Headers.GetValues("Notion-Gateway-Reason"));
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

        using var response = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal(["upstream_unreachable"], response.Headers.GetValues("Notion-Gateway-Reason"));
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
            await using var gateway = await TestGateway.StartAsync(
                upstream.Address, setup => setup.Setting("Gateway:Forwarding:Proxy", proxy.Address.ToString()));
            using var response = await gateway.Client().GetAsync("/v1/users");
        }
        catch (InvalidOperationException refused) when (refused.Message.Contains("Gateway:Forwarding:Proxy", StringComparison.Ordinal))
        {
            // That is the better way.
        }

        Assert.DoesNotContain(The.NotionToken, proxy.Seen, StringComparison.Ordinal);
        Assert.Equal(0, proxy.Connections);
    }

    [Fact]
    public async Task A_proxy_that_asks_gets_user_and_password_and_nobody_else_does()
    {
        await using var notion = await PretendNotion.StartAsync(_authority.Issue("localhost"));
        await using var proxy = new PretendProxy { Demands = $"gateway:{Password}" };
        await using var gateway = await StartAsync(notion.Address(), proxy.Address, configure: Login);

        using var response = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"Bearer {The.NotionToken}", Assert.Single(notion.Requests).Authorization);
        Assert.All(proxy.Heads, head => Assert.StartsWith("CONNECT ", head, StringComparison.Ordinal));
        Assert.DoesNotContain("Proxy-Authorization", proxy.Heads[0], StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, proxy.Heads.Count);
    }

    [Fact]
    public async Task A_wrong_password_is_told_to_the_operator_and_a_replaced_one_is_read_by_itself()
    {
        const string Next = "TheNextProxyPasswordThatMustNotBeSeen";
        await using var notion = await PretendNotion.StartAsync(_authority.Issue("localhost"));
        await using var proxy = new PretendProxy { Demands = $"gateway:{Next}" };
        GatewaySetup setup = null!;
        await using var gateway = await StartAsync(notion.Address(), proxy.Address, configure: wanted => Login(setup = wanted));

        using var response = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal(["upstream_unreachable"], response.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Empty(notion.Requests);
        await gateway.UntilAsync(() => gateway.Logs.Named("Denial").Any(line => line.Text.Contains("407")), "the line that says what the proxy answered");

        setup.Canaries.Guard(Next, "the new password of the proxy");
        setup.Environment("PROXY_PASSWORD", Next);
        await gateway.UntilAsync(async () => (await gateway.Client().GetAsync("/v1/users")).IsSuccessStatusCode, "the new password to be read");
    }

    [Fact]
    public async Task A_password_that_cannot_be_read_opens_no_connection_and_says_which_setting_it_is()
    {
        await using var notion = await PretendNotion.StartAsync(_authority.Issue("localhost"));
        await using var proxy = new PretendProxy();
        await using var gateway = await StartAsync(
            notion.Address(), proxy.Address, configure: setup => Login(setup).Setting("Gateway:Forwarding:ProxyPassword:Variable", "NOT_SET"));

        using var response = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal(["upstream_unreachable"], response.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Equal(0, proxy.Connections);
        await gateway.UntilAsync(
            () => gateway.Logs.Named("Denial").Any(line => line.Text.Contains("Gateway:Forwarding:ProxyPassword")), "the line that names the setting");
    }

    [Theory]
    [InlineData(Password, 0, "Notion accepts the token (bot b,", "proxy password: can be read")]
    [InlineData(
        "AnotherPasswordThatIsWrong", 1,
        "Notion could not be reached: the proxy rejected the user or password, or requires them (407)",
        "proxy password: can be read")]
    [InlineData(null, 1, "Notion could not be reached: the password for the proxy (Gateway:Forwarding:ProxyPassword) cannot be read", "proxy password: ")]
    public async Task Check_tells_whether_the_proxy_lets_it_through(string? password, int exitCode, string probe, string secret)
    {
        await using var notion = await PretendNotion.StartAsync(_authority.Issue("localhost"));
        notion.Answer = context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, """{"object":"user","id":"b"}""");
        await using var proxy = new PretendProxy { Demands = $"gateway:{Password}" };
        var environment = new FakeEnvironment
        {
            ["NOTION_TOKEN"] = The.NotionToken,
            ["GATEWAY_KEY"] = The.Key,
            ["Gateway__Forwarding__Upstream"] = notion.Address().GetLeftPart(UriPartial.Authority),
            ["Gateway__Forwarding__ExtraCaFile"] = _authority.PemFile,
            ["Gateway__Forwarding__Proxy"] = proxy.Address.ToString(),
            ["Gateway__Forwarding__ProxyUser"] = "gateway",
            ["Gateway__Forwarding__ProxyPassword__Source"] = "Environment",
            ["Gateway__Forwarding__ProxyPassword__Variable"] = "PROXY_PASSWORD",
            ["PROXY_PASSWORD"] = password,
        };
        var (output, error) = (new StringWriter(), new StringWriter());

        Assert.Equal(exitCode, await NotionGateway.Cli.GatewayCommands.InvokeAsync(["check", "--probe"], environment, output, error));

        Assert.Contains($"probe       default: {probe}", output.ToString(), StringComparison.Ordinal);
        Assert.Contains($"probe       {secret}", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(password ?? Password, $"{output}{error}", StringComparison.Ordinal);
    }

    public void Dispose() => _authority.Dispose();

    private static GatewaySetup Login(GatewaySetup setup)
    {
        setup.Canaries.Guard(Password, "the password of the proxy");
        return setup
            .Environment("PROXY_PASSWORD", Password)
            .Setting("Gateway:Forwarding:ProxyUser", "gateway")
            .Setting("Gateway:Forwarding:ProxyPassword:Source", "Environment")
            .Setting("Gateway:Forwarding:ProxyPassword:Variable", "PROXY_PASSWORD");
    }

    private Task<TestGateway> StartAsync(
        Uri upstream, Uri proxy, bool probe = false, Func<GatewaySetup, GatewaySetup>? configure = null) => TestGateway.StartAsync(upstream, setup =>
    {
        setup
            .Credential("default", The.NotionToken, probe)
            .Setting("Gateway:Forwarding:AllowInsecureUpstream", null)
            .Setting("Gateway:Forwarding:ExtraCaFile", _authority.PemFile)
            .Setting("Gateway:Forwarding:Proxy", proxy.ToString());
        configure?.Invoke(setup);
    });
}
