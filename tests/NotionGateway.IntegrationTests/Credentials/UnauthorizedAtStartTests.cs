using System.Net;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>The probe at the start: one call of <c>GET /v1/users/me</c> says who the token is, or that it is dead.</summary>
public sealed class UnauthorizedAtStartTests
{
    private const string BotId = "b07b07b0-0000-4000-8000-000000000001";

    [Fact]
    public async Task The_probe_asks_once_who_the_token_is()
    {
        await using var scene = await UnauthorizedScene.StartAsync(Probing);

        Assert.Equal(BotId, scene.Credential.State.Identity?.BotId);
        Assert.Equal("5face000-0000-4000-8000-000000000001", scene.Credential.State.Identity?.WorkspaceId);
        var probe = scene.Upstream.Only;
        Assert.Equal("GET /v1/users/me HTTP/1.1", probe.Line);
        Assert.Equal(The.NotionToken, UnauthorizedScene.TokenOf(probe));
        Assert.Single(probe.Values("Notion-Version"));
        Assert.Single(probe.Values("User-Agent"));
    }

    [Fact]
    public async Task A_token_that_is_dead_at_the_start_is_never_sent_with_a_request()
    {
        await using var scene = await UnauthorizedScene.StartAsync(setup => Probing(setup.DoNotWaitUntilReady()), scene => scene.Refuse(The.NotionToken));
        await scene.Gateway.UntilAsync(() => scene.Gateway.Logs.Named("CredentialQuarantined").Any(), "the quarantine");

        using var response = await scene.GetAsync();

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(["upstream_unauthorized"], response.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Empty(scene.Sent);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await scene.Gateway.ManagementClient().GetAsync("/readyz")).StatusCode);
    }

    [Fact]
    public async Task A_dead_token_beside_a_good_one_leaves_the_gateway_ready()
    {
        const string Another = "ntn_55555555555AnotherCanaryThatIsNeverRefused000000";
        await using var scene = await UnauthorizedScene.StartAsync(
            setup => Probing(setup.Credential("other", Another).Caller("other", The.OtherKey, credential: "other")), scene => scene.Refuse(The.NotionToken));

        Assert.Equal(HttpStatusCode.BadGateway, (await scene.GetAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync(key: The.OtherKey)).StatusCode);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(529)]
    public async Task Whatever_else_Notion_says_leaves_the_token_in_use_and_the_gateway_ready(int status)
    {
        await using var scene = await UnauthorizedScene.StartAsync(Probing, scene => scene.ProbeResponse = RawResponse.Json("{}", status));

        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync()).StatusCode);
        Assert.Empty(scene.Gateway.Logs.Named("CredentialQuarantined"));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"id":7}""")]
    [InlineData("""{"id":null,"bot":3}""")]
    [InlineData("""{"id":"b","bot":{"workspace_id":5}}""")]
    public async Task An_answer_that_does_not_say_who_it_is_leaves_the_token_in_use(string body)
    {
        await using var scene = await UnauthorizedScene.StartAsync(Probing, scene => scene.ProbeResponse = RawResponse.Json(body));

        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync()).StatusCode);
        Assert.Empty(scene.Gateway.Logs.Named("CredentialRefreshBroke"));
    }

    [Fact]
    public async Task Notion_being_down_does_not_make_the_gateway_unready()
    {
        await using var scene = await UnauthorizedScene.StartAsync(Probing, scene => scene.ProbeResponse = new RawResponse().Reset());

        Assert.Equal(HttpStatusCode.OK, (await scene.Gateway.ManagementClient().GetAsync("/readyz")).StatusCode);
        Assert.Null(scene.Credential.State.Identity);
    }

    private static void Probing(GatewaySetup setup) => setup.Setting("Gateway:Credentials:default:VerifyToken", "true");
}
