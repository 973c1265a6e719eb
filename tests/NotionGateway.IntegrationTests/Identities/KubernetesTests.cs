using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.IntegrationTests.Upstream;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.IntegrationTests.Identities;

/// <summary>Tokens of service accounts, with keys from an API server that has the paths, the check of the token and the certificate of a real one.</summary>
public sealed class KubernetesTests : IAsyncLifetime
{
    private const string ClusterIssuer = "https://oidc.eks.example/id/ABC";
    private const string Path = "/v1/users/me";

    private readonly RecordingUpstream _upstream = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notion-gateway-pod-");
    private readonly PrivateAuthority _authority = new();
    private readonly TestClock _clock = new();
    private readonly TestIssuer _cluster;
    private PretendNotion _server = null!;
    private TestGateway _gateway = null!;
    private int _status = 200;
    private string _podToken = "";

    public KubernetesTests() => _cluster = new TestIssuer(_clock, ClusterIssuer);

    public async ValueTask InitializeAsync()
    {
        File.Copy(_authority.PemFile, System.IO.Path.Combine(_folder.FullName, "ca.crt"));
        _server = await PretendNotion.StartAsync(_authority.Issue("localhost"));
        _server.Answer = AnswerAsync;
        var environment = new FakeEnvironment
        {
            ["KUBERNETES_SERVICE_HOST"] = "localhost",
            ["KUBERNETES_SERVICE_PORT"] = _server.Address().Port.ToString(),
        };
        RotatePodToken();
        _gateway = await TestGateway.StartAsync(_upstream.Address, setup => setup
            .OnFakeTime(_clock)
            .IssuerSettings("cluster", ("Type", "Kubernetes"), ("RefreshInterval", "00:01:00"))
            .Identity("pod", "cluster", ("ServiceAccount", "crm/sync"))
            .Adjust(services => services.AddSingleton(new PodAccount(environment, _folder.FullName))));
        _gateway.Canaries.Guard(_podToken, "the pod's own token");
    }

    [Fact]
    public async Task A_service_account_calls_with_the_token_that_its_pod_has_anyway()
    {
        Assert.Equal(200, await CallAsync(Token()));
        Assert.Equal(401, await CallAsync(Token(subject: "system:serviceaccount:crm-evil:sync")));
        Assert.Equal(401, await CallAsync(_cluster.Token("ES256", "p256", TestIssuer.OtherP256)));
        Assert.All(_server.Requests, request => Assert.Equal(("/openid/v1/jwks", $"Bearer {_podToken}"), (request.Target, request.Authorization)));
    }

    [Fact]
    public async Task Case_21_the_default_token_is_for_the_API_server_and_not_for_the_gateway()
    {
        Assert.Equal(401, await CallAsync(_cluster.Token("ES256", "p256", claims: [("aud", new JsonArray("https://kubernetes.default.svc"))])));
        await _gateway.CountedAsync(1, "notion_gateway.denials", ("reason", "token_audience"));
    }

    [Fact]
    public async Task Case_49_the_pods_token_may_change_and_an_API_server_that_says_no_takes_no_keys_away()
    {
        Assert.Equal(200, await CallAsync(Token()));
        RotatePodToken();
        _gateway.Canaries.Guard(_podToken, "the pod's own token");
        var step = TimeSpan.FromSeconds(3);
        await _gateway.AdvanceUntilAsync(
            () => _gateway.Metrics.Sum("notion_gateway.issuer.fetches", ("outcome", "unchanged")) >= 1, "the keys to be read again", step);
        Assert.Equal($"Bearer {_podToken}", _server.Requests[^1].Authorization);

        _status = 403;
        await _gateway.AdvanceUntilAsync(
            () => _gateway.Logs.Named("IssuerKeysNotRead").Any(line => line.Text.Contains("403: bind the ClusterRole system:service-account")),
            "the line that names the role", step);
        Assert.Equal(200, await CallAsync(Token()));
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Token(string subject = TestIssuer.Subject) => _cluster.Token("ES256", "p256", claims: [("sub", subject)]);

    private async Task<int> CallAsync(string token) => (int)(await _gateway.Client(token).GetAsync(Path)).StatusCode;

    private void RotatePodToken()
    {
        _podToken = _cluster.Token("ES256", "p256", claims: [("aud", new JsonArray("https://kubernetes.default.svc")), ("sub", "system:serviceaccount:gw:gw")]);
        File.WriteAllText(System.IO.Path.Combine(_folder.FullName, "token"), _podToken);
    }

    /// <summary>As the API server does: anonymous questions are refused, whatever they ask for.</summary>
    private Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = context.Request.Headers.Authorization != $"Bearer {_podToken}" ? 401
            : context.Request.Path != "/openid/v1/jwks" ? 404
            : _status;
        context.Response.ContentType = "application/jwk-set+json";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(context.Response.StatusCode == 200 ? _cluster.Document : "{}")).AsTask();
    }
}
