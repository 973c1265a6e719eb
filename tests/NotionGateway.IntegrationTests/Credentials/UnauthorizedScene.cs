using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Credentials;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>A gateway whose token can be rotated by the test, and a Notion that refuses the tokens that the test names.</summary>
internal sealed class UnauthorizedScene : IAsyncDisposable
{
    public const string Probe = "/v1/users/me";
    public const string Page = $"/v1/pages/{The.PageId}";

    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refusedTargets = new(StringComparer.Ordinal);
    private GatewaySetup? _setup;

    public RecordingUpstream Upstream { get; } = new();

    public TestGateway Gateway { get; private set; } = null!;

    /// <summary>What is answered to <c>GET /v1/users/me</c> with a token that is not refused.</summary>
    public RawResponse ProbeResponse { get; set; } = RawResponse.Json(
        """{"object":"user","id":"b07b07b0-0000-4000-8000-000000000001","type":"bot","bot":{"workspace_id":"5face000-0000-4000-8000-000000000001"}}""");

    /// <summary>Every 401 that does not answer a probe is held back until then.</summary>
    public Task Release { get; set; } = Task.CompletedTask;

    /// <summary>The requests that Notion got, without probes.</summary>
    public IReadOnlyList<RecordedRequest> Sent => [.. Upstream.Requests.Where(request => request.Target != Probe)];

    public int Probes => Upstream.Requests.Count(request => request.Target == Probe);

    /// <summary>How often sources were read, over all credentials.</summary>
    public double Readings(string credential = "default") => Gateway.Metrics.Sum("notion_gateway.credential.refreshes", ("credential", credential));

    public Credential Credential => Gateway.Services.GetRequiredService<CredentialStore>().Find(new CredentialName("default"))!;

    public static async Task<UnauthorizedScene> StartAsync(Action<GatewaySetup>? configure = null, Action<UnauthorizedScene>? arrange = null)
    {
        var scene = new UnauthorizedScene();
        arrange?.Invoke(scene);
        scene.Upstream.Answer = scene.ResponseTo;
        scene.Gateway = await TestGateway.StartAsync(scene.Upstream.Address, setup =>
        {
            setup.Brisk().Credential("default", The.NotionToken).Caller(The.Caller, The.Key, credential: "default");
            setup.Canaries.Guard(The.OtherToken, "the new token");
            configure?.Invoke(setup);
            scene._setup = setup;
        });
        return scene;
    }

    /// <summary>Notion refuses this token from now on.</summary>
    public void Refuse(string token) => _refused.Add(token);

    /// <summary>Notion refuses every request for this target, but not the token as such.</summary>
    public void RefuseTarget(string target) => _refusedTargets.Add(target);

    public void Accept(string token) => _refused.Remove(token);

    /// <summary>The source gives another token from now on.</summary>
    public void Rotate(string token) => _setup!.Environment("TOKEN_DEFAULT", token);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, string? json = null, string key = The.Key) =>
        Gateway.Client(key).SendAsync(
            new HttpRequestMessage(method, target) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") });

    public Task<HttpResponseMessage> GetAsync(string target = Page, string key = The.Key) => SendAsync(HttpMethod.Get, target, key: key);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    public static string TokenOf(RecordedRequest request) => Assert.Single(request.Values("Authorization")).Split(' ')[1];

    private RawResponse ResponseTo(RecordedRequest request)
    {
        const string Body = """{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}""";
        var isProbe = request.Target == Probe;
        if (_refused.Contains(TokenOf(request)) || _refusedTargets.Contains(request.Target))
        {
            return isProbe
                ? RawResponse.Json(Body, 401)
                : new RawResponse().After(Release).Send(
                    $"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
        }

        return isProbe ? ProbeResponse : RawResponse.Json("""{"object":"page"}""");
    }
}
