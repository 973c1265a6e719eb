using System.Text.Json.Nodes;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.IntegrationTests.Identities;

/// <summary>Tokens over HTTP, through the whole program. The numbers are those of the list of cases.</summary>
public sealed class TokenTests(TokenTests.Scene scene) : IClassFixture<TokenTests.Scene>
{
    private const string Path = "/v1/users/me";

    [Fact]
    public async Task Case_1_a_caller_without_any_key_is_served_and_46_its_token_goes_nowhere()
    {
        foreach (var (algorithm, key) in new[] { ("RS256", "rsa"), ("PS256", "rsa"), ("ES256", "p256"), ("ES384", "p384") })
        {
            var token = scene.Guarded(scene.Issuer.Tokens.Token(algorithm, key));
            using var client = scene.Gateway.Client(token);
            Assert.Equal(200, (int)(await client.GetAsync(Path)).StatusCode);
            Assert.Equal(200, (int)(await client.GetAsync($"{Path}?access_token={token}")).StatusCode);
            Assert.All(scene.Upstream.Requests, request => Assert.DoesNotContain(token, request.Head + request.BodyText));
        }

        Assert.All(scene.Upstream.Requests, request => Assert.Equal([$"Bearer {The.NotionToken}"], request.Values("Authorization")));
        await scene.Gateway.UntilAsync(() => scene.Gateway.Metrics.Sum("notion_gateway.requests", ("caller", "pod")) >= 8, "the requests to be counted");
    }

    [Theory]
    [InlineData("caller_disabled")]
    [InlineData("token_algorithm")]
    [InlineData("token_malformed")]
    [InlineData("token_issuer")]
    [InlineData("token_key")]
    [InlineData("token_signature")]
    [InlineData("token_type")]
    [InlineData("token_audience")]
    [InlineData("token_expired")]
    [InlineData("token_not_yet_valid")]
    [InlineData("identity_unknown")]
    [InlineData("identity_ambiguous")]
    public async Task Case_50_every_wrong_token_is_answered_as_a_wrong_key_is(string reason)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var tokens = scene.Issuer.Tokens;
        var token = scene.Guarded(reason switch
        {
            "caller_disabled" => tokens.Token(claims: [("sub", "off")]),
            "token_algorithm" => tokens.Token(header: [("alg", "none")]),
            "token_malformed" => tokens.Token(header: [("crit", new JsonArray("b64"))]),
            "token_issuer" => tokens.Token(claims: [("iss", "https://evil.example")]),
            "token_key" => tokens.Token("ES256", "unknown"),
            "token_signature" => tokens.Token("ES256", "p256", TestIssuer.OtherP256, header: [("jku", scene.Issuer.Keys.AbsoluteUri)]),
            "token_type" => tokens.Token(header: [("typ", "logout+jwt")]),
            "token_audience" => tokens.Token(claims: [("aud", "https://kubernetes.default.svc")]),
            "token_expired" => tokens.Token(claims: [("exp", now - 60)]),
            "token_not_yet_valid" => tokens.Token(claims: [("nbf", now + 60)]),
            "identity_unknown" => tokens.Token(claims: [("sub", "nobody")]),
            _ => tokens.Token(claims: [("sub", "two"), ("team", "a"), ("role", "b")]),
        });
        var before = scene.Upstream.Requests.Count;

        var wrong = await TextAsync(await scene.Gateway.Client("ngw_0000000000000000000000000000000000000000000").GetAsync(Path));
        Assert.Equal(wrong, await TextAsync(await scene.Gateway.Client(token).GetAsync(Path)));
        Assert.Contains("invalid_key", wrong);

        Assert.Equal(before, scene.Upstream.Requests.Count);
        await scene.Gateway.UntilAsync(() => scene.Gateway.Metrics.Sum("notion_gateway.denials", ("reason", reason), ("status", "401")) >= 1, reason);
    }

    [Fact]
    public async Task Case_13_and_14_what_is_no_token_or_too_long_is_answered_as_a_wrong_key_is()
    {
        var wrong = await TextAsync(await scene.Gateway.Client("ngw_0000000000000000000000000000000000000000000").GetAsync(Path));
        var longOne = scene.Issuer.Tokens.Token(claims: [("x", new string('x', 12_000))]);
        foreach (var text in new[] { scene.Issuer.Tokens.Token() + ".AAAA.AAAA", "eyJ" + new string('.', 20_000), longOne })
        {
            Assert.Equal(wrong, await TextAsync(await scene.Gateway.Client(text).GetAsync(Path)));
        }
    }

    [Fact]
    public async Task Case_43_what_a_proxy_might_say_of_a_caller_is_ignored_and_not_sent_on()
    {
        using var client = scene.Gateway.Client(null);
        string[] names = ["X-Forwarded-Client-Cert", "X-Forwarded-User", "X-SSL-Client-Verify", "X-Auth-Request-User"];
        foreach (var name in names)
        {
            client.DefaultRequestHeaders.Add(name, "spiffe://corp/crm");
        }

        Assert.Equal("missing_key", (await client.GetAsync(Path)).Headers.GetValues("Notion-Gateway-Reason").Single());
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {scene.Guarded(scene.Issuer.Tokens.Token(claims: [("jti", "43")]))}");
        Assert.Equal(200, (int)(await client.GetAsync(Path)).StatusCode);
        Assert.All(scene.Upstream.Requests, request => Assert.All(names, name => Assert.Empty(request.Values(name))));
    }

    [Fact]
    public async Task Case_44_a_token_in_the_query_proves_nothing()
    {
        using var client = scene.Gateway.Client(null);
        var response = await client.GetAsync($"{Path}?access_token={scene.Guarded(scene.Issuer.Tokens.Token(claims: [("jti", "44")]))}");
        Assert.Equal("missing_key", response.Headers.GetValues("Notion-Gateway-Reason").Single());
    }

    [Fact]
    public async Task A_Notion_token_is_told_as_such_and_a_key_works_as_before()
    {
        Assert.Equal(
            "notion_token_presented", (await scene.Gateway.Client("ntn_presented").GetAsync(Path)).Headers.GetValues("Notion-Gateway-Reason").Single());
        Assert.Equal(200, (int)(await scene.Gateway.Client().GetAsync(Path)).StatusCode);
    }

    private static async Task<string> TextAsync(HttpResponseMessage response)
    {
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        body.Remove("request_id");
        response.Headers.Remove("Notion-Gateway-Request-Id");
        response.Headers.Date = null;
        return $"{response.StatusCode} {response.Headers} {response.Content.Headers.ContentType} {body}";
    }

    /// <summary>One gateway and one issuer for all of these tests.</summary>
    public sealed class Scene : IAsyncLifetime
    {
        internal RecordingUpstream Upstream { get; } = new();

        internal IssuerServer Issuer { get; private set; } = null!;

        internal TestGateway Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Issuer = await IssuerServer.StartAsync();
            Gateway = await TestGateway.StartAsync(Upstream.Address, setup => setup
                .Caller(The.Caller, The.Key)
                .Issuer("corp", Issuer)
                .Identity("pod", "corp", ("Subject", TestIssuer.Subject))
                .Identity("off", "corp", ("Subject", "off")).Setting("Gateway:Access:Callers:off:Disabled", "true")
                .Identity("a", "corp", ("Claims:0", "team=a"))
                .Identity("b", "corp", ("Claims:0", "role=b")));
        }

        /// <summary>A token that must be seen nowhere; its claims alone neither.</summary>
        internal string Guarded(string token)
        {
            Gateway.Canaries.Guard(token, "a caller's token");
            Gateway.Canaries.Guard(token.Split('.')[1], "the claims of a caller's token");
            return token;
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Issuer.DisposeAsync();
            await Upstream.DisposeAsync();
        }
    }
}
