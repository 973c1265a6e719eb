using NotionGateway.IntegrationTests.Upstream;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Servers;

namespace NotionGateway.IntegrationTests.FlowControl.Shared;

/// <summary>Whole gateways that share a budget over a real Redis: what callers and operators see of it.</summary>
public sealed class SharedGatewayTests(RedisForAll redis)
{
    private const string Password = "APasswordThatNobodyMaySee0123456789";

    [Fact]
    public async Task Two_gateways_keep_one_limit_together()
    {
        var prefix = $"two{Guid.NewGuid():N}";
        await using var upstream = new RecordingUpstream();
        await using var one = await StartAsync(upstream, setup => setup.Limit(10, 3600).SharedOver(redis, prefix));
        await using var other = await StartAsync(upstream, setup => setup.Limit(10, 3600).SharedOver(redis, prefix));
        await SharedAsync(one);
        await SharedAsync(other);

        // The first window of a store has no bursts, and a permit comes every six minutes after the first: one of both has it. An impatient caller gets
        // it too, since a question to the store is no waiting.
        using var client = one.Client();
        using var otherClient = other.Client();
        var first = await one.SendAsync(client, prefer: "wait=0");
        var second = await other.SendAsync(otherClient, prefer: "wait=0");

        Assert.Equal((200, 429), (first.Status(), second.Status()));
        Assert.Equal("wait_too_long", second.Reason());
        Assert.Single(upstream.Requests);
        await other.UntilAsync(() => other.Gauge("notion_gateway.window.used", ("credential", "default")) == 1, "the other to know of the request");
    }

    [Theory]
    [InlineData("public_api_request_rate_limit", "credential")]
    [InlineData("public_api_endpoint_rate_limit", "endpoint")]
    public async Task A_pause_that_one_gateway_meets_holds_back_the_other(string reason, string level)
    {
        var prefix = $"pause{Guid.NewGuid():N}";
        await using var upstream = new RecordingUpstream();
        await using var one = await StartAsync(upstream, setup => setup.SharedOver(redis, prefix));
        await using var other = await StartAsync(upstream, setup => setup.SharedOver(redis, prefix));
        await SharedAsync(one);
        await SharedAsync(other);
        Assert.Equal(200, (await other.GetAsync()).Status());
        upstream.Answer = Flowing.InPermit(Flowing.Limited("300", reason));

        // Notion's own answer, since no caller waits for so long.
        Assert.Equal(429, (await one.GetAsync()).Status());
        await other.UntilAsync(() => other.Gauge("notion_gateway.cooldown", ("credential", "default"), ("level", level)) > 0, "the pause to be heard of");
        Assert.Equal("cooling_down", (await other.GetAsync()).Reason());
    }

    [Fact]
    public async Task A_pause_holds_for_a_credential_that_comes_into_use_after_it_was_heard_of()
    {
        var prefix = $"pause{Guid.NewGuid():N}";
        await using var upstream = new RecordingUpstream();
        await using var one = await StartAsync(upstream, setup => setup.SharedOver(redis, prefix));
        await SharedAsync(one);
        upstream.Answer = Flowing.InPermit(Flowing.Limited("300", "public_api_endpoint_rate_limit"));
        Assert.Equal(429, (await one.GetAsync()).Status());

        // A pause of one operation is not in the count of the connection: it comes with the beats alone.
        await using var late = await StartAsync(upstream, setup => setup.SharedOver(redis, prefix));
        await SharedAsync(late);
        var sent = upstream.Requests.Count;
        Assert.Equal("cooling_down", (await late.GetAsync()).Reason());
        Assert.Equal(sent, upstream.Requests.Count);
    }

    [Fact]
    public async Task Without_the_store_the_gateway_goes_on_with_its_part_stays_ready_and_says_so()
    {
        await using var server = await RedisServer.StartAsync();
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, setup => setup.SharedOver(server));
        await SharedAsync(gateway);
        await server.KillAsync();
        Assert.Equal(200, (await gateway.GetAsync()).Status());

        await gateway.UntilAsync(() => gateway.Gauge("notion_gateway.shared.state") == 0, "the loss to be noticed");
        using var probe = gateway.ManagementClient();
        var ready = await probe.GetAsync("/readyz");
        Assert.Equal(200, ready.Status());
        Assert.StartsWith("ok\nshared budget: lost for ", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(gateway.Logs.Lines, line => line.Text.Contains("The store of the shared budget is lost", StringComparison.Ordinal));

        await server.StartAgainAsync();
        await SharedAsync(gateway);
        Assert.Equal(200, (await gateway.GetAsync()).Status());
    }

    [Fact]
    public async Task A_user_with_a_password_is_used_and_the_password_is_shown_nowhere()
    {
        await using var server = await RedisServer.StartAsync(
            ["--user", "default", "off", "--user", "notion-gateway", "on", $">{Password}", "~ngw-*", "resetchannels", .. Commands.Split(' ')]);
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, setup => WithPassword(setup.SharedOver(server, "ngw-a"), Password));
        await SharedAsync(gateway);
        Assert.Equal(200, (await gateway.GetAsync()).Status());
        gateway.Canaries.Guard(Password, "the password of Redis");
    }

    [Fact]
    public async Task A_server_that_lets_everybody_in_as_somebody_else_is_not_used()
    {
        await using var server = await RedisServer.StartAsync();
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, setup => WithPassword(setup.SharedOver(server), Password));
        await gateway.UntilAsync(
            () => gateway.Logs.Lines.Any(line => line.Text.Contains("Cannot connect to the store of the shared budget", StringComparison.Ordinal)
                || line.Text.Contains("not the configured 'notion-gateway'", StringComparison.Ordinal)),
            "the wrong user to be noticed");
        Assert.Equal(0, gateway.Metrics.Sum("notion_gateway.shared.questions", ("outcome", "ok")));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("somewhere.else.example", false)]
    public async Task Over_tls_the_certificate_has_to_be_of_that_server(string name, bool works)
    {
        using var authority = new PrivateAuthority();
        var (certificate, key) = authority.IssueFiles(name);
        await using var server = await RedisServer.StartAsync(
            "--tls-port", "0", "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", authority.PemFile, "--tls-auth-clients", "no");
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(
            upstream, setup => setup.SharedOver(server).Store("Tls", "true").Store("CaFile", authority.PemFile).Store("Endpoints:0", server.TlsEndpoint));
        if (works)
        {
            await SharedAsync(gateway);
            return;
        }

        await gateway.UntilAsync(
            () => gateway.Logs.Lines.Any(line => line.Text.Contains("Cannot connect to the store", StringComparison.Ordinal)), "the certificate to be refused");
        Assert.Equal(0, gateway.Metrics.Sum("notion_gateway.shared.questions", ("outcome", "ok")));
    }

    /// <summary>What docs/scale-out.md says the gateway needs.</summary>
    private static string Commands
    {
        get
        {
            var page = Repository.Read("docs", "scale-out.md");
            var from = page.IndexOf("-@all", StringComparison.Ordinal);

            // Redis 7.0 does not know it, and refuses a rule that names it.
            return page[from..page.IndexOf('\n', from)].Replace(" +client|setinfo", "", StringComparison.Ordinal);
        }
    }

    private static GatewaySetup WithPassword(GatewaySetup setup, string password) => setup
        .Environment("REDIS_PASSWORD", password)
        .Store("User", "notion-gateway")
        .Store("Password:Source", "Environment")
        .Store("Password:Variable", "REDIS_PASSWORD");

    private static Task<TestGateway> StartAsync(RecordingUpstream upstream, Action<GatewaySetup> configure) =>
        TestGateway.StartAsync(upstream.Address, configure);

    private static Task SharedAsync(TestGateway gateway) =>
        gateway.UntilAsync(() => gateway.Gauge("notion_gateway.shared.state") == 1, "the budget to be shared");
}
