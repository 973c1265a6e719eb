using System.Net;
using NotionGateway.Cli;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>Edges, proxies and captive portals answer in Notion's place: that says nothing of a token.</summary>
public sealed class NotNotionTests
{
    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(407)]
    public async Task A_page_in_the_place_of_the_probes_answer_leaves_the_token_in_use_and_says_why_in_the_log(int status)
    {
        await using var scene = await UnauthorizedScene.StartAsync(
            setup => setup.Setting("Gateway:Credentials:default:VerifyToken", "true"), scene => scene.ProbeResponse = Page(status));

        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync()).StatusCode);
        Assert.Empty(scene.Gateway.Logs.Named("CredentialQuarantined"));
        var line = Assert.Single(scene.Gateway.Logs.Named("CredentialNotVerified"));
        Assert.Contains($"not a response from Notion ({status}, text/html)", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_401_that_is_a_page_quarantines_nothing()
    {
        await using var scene = await UnauthorizedScene.StartAsync(arrange: scene => scene.ProbeResponse = Page(401));
        scene.RefuseTarget(UnauthorizedScene.Page);

        Assert.Equal(HttpStatusCode.BadGateway, (await scene.GetAsync()).StatusCode);

        Assert.False(scene.Credential.State.Quarantined);
        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync("/v1/users")).StatusCode);
    }

    [Theory]
    [InlineData(200, "not a response from Notion (200, text/html)")]
    [InlineData(401, "not a response from Notion (401, text/html)")]
    [InlineData(403, "not a response from Notion (403, text/html)")]
    public async Task Check_calls_a_page_what_it_is(int status, string words)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => Page(status) };
        Assert.Contains($"probe       default: {words}", await CheckAsync(upstream.Address, ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_takes_Notions_own_answers_for_what_they_say()
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => RawResponse.Json("""{"object":"error","status":403,"code":"restricted_resource"}""", 403),
        };
        Assert.Contains("probe       default: Notion accepts the token", await CheckAsync(upstream.Address, ExitCode.Done), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_says_why_Notion_could_not_be_asked()
    {
        var upstream = new RecordingUpstream();
        await upstream.DisposeAsync();
        Assert.Contains(
            "probe       default: Notion could not be reached: connection refused",
            await CheckAsync(upstream.Address, ExitCode.Failed), StringComparison.Ordinal);
    }

    private static async Task<string> CheckAsync(Uri upstream, int exitCode)
    {
        var environment = new FakeEnvironment
        {
            ["NOTION_TOKEN"] = The.NotionToken,
            ["GATEWAY_KEY"] = The.Key,
            ["Gateway__Forwarding__Upstream"] = upstream.GetLeftPart(UriPartial.Authority),
            ["Gateway__Forwarding__AllowInsecureUpstream"] = "true",
        };
        var output = new StringWriter();
        Assert.Equal(exitCode, await GatewayCommands.InvokeAsync(["check", "--probe"], environment, output, output));
        return output.ToString();
    }

    private static RawResponse Page(int status)
    {
        const string Html = "<html>Sign in to go on</html>";
        return RawResponse.Raw($"HTTP/1.1 {status} Status\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {Html.Length}\r\n\r\n{Html}");
    }
}
