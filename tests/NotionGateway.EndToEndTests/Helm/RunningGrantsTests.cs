using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.OAuth;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>The chart's public connections, tried on the real program: what a pod has stored, the next one finds.</summary>
public sealed class RunningGrantsTests
{
    private const string RedirectUri = "https://crm.example.com/notion/callback";
    private const string ClientId = "11111111-aaaa-bbbb-cccc-000000000001";

    [Fact]
    public async Task A_grant_lies_on_the_volume_and_outlives_the_pod()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions
        {
            OAuthApps = [new OAuthAppSettings("CRM") { ClientId = ClientId, ClientSecret = The.NotionToken, RedirectUris = [RedirectUri] }],
        });
        using var pod = new RenderedProgram(HelmChart.Render(
            "oauth",
            "--set", "oauth.previousEncryptionKey=null,azure.workloadIdentity.enabled=false",
            "--set", $"config.Access.Callers.crm.KeyHashes[0]={KeyDigest.Of(The.Key)}"));
        pod.Write("/var/run/secrets/notion-gateway/credentials/default", sandbox.Connections["demo"].Token);
        Assert.Empty(pod.Stored);

        string boundKey;
        await using (var program = await StartAsync(pod, sandbox))
        {
            boundKey = await ExchangeAsync(program, sandbox.OAuth.Consent(sandbox.OAuth.Apps["CRM"], RedirectUri));
            program.Terminate();
            Assert.Equal(0, await program.ExitCodeAsync());
        }

        Assert.Contains("grants.db", pod.Stored);
        await using var next = await StartAsync(pod, sandbox);
        using var caller = new HttpClient
        {
            BaseAddress = next.Data,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", boundKey) },
        };
        var response = await caller.GetAsync("/v1/users/me");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"name\":\"CRM\"", await response.Content.ReadAsStringAsync());
    }

    private static async Task<string> ExchangeAsync(RunningProgram program, string code)
    {
        using var application = new HttpClient { BaseAddress = program.Data };
        application.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"crm:{The.Key}")));
        var response = await application.PostAsJsonAsync("/v1/oauth/token", new { grant_type = "authorization_code", code, redirect_uri = RedirectUri });
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!["access_token"]!.GetValue<string>();
    }

    /// <summary>Not as in a cluster: Notion is the sandbox, and the listeners have ports that are free.</summary>
    private static Task<RunningProgram> StartAsync(RenderedProgram pod, SandboxServer sandbox) => RunningProgram.StartAsync(
        pod.Arguments,
        [
            .. pod.Environment,
            ("Gateway__Forwarding__Upstream", sandbox.BaseUrl.GetLeftPart(UriPartial.Authority)),
            ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
            ("Gateway__DrainDelay", "00:00:00"),
            ("Kestrel__Endpoints__Connect__Url", $"http://127.0.0.1:{FreePort.Next()}"),
            ("Kestrel__Endpoints__Operator__Url", $"http://127.0.0.1:{FreePort.Next()}"),
        ]);
}
