using System.Text;
using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>What the operator reads in the log of a token that proves nobody, and which issuer a token is given to.</summary>
public sealed class TokenVerifierTests
{
    [Fact]
    public async Task The_log_says_why_no_key_serves()
    {
        using var scene = new TokenScene();
        scene.Issuer.Keys.Add(new TestKey("own", TestIssuer.Rsa) { Members = [("alg", "RS256")] });
        await scene.ReadKeysAsync();

        Assert.Equal("issuer corp: it names no key, and not exactly one fits", await ProblemAsync(scene.Issuer.Token(keyId: null)));
        Assert.Equal("issuer corp: it names a key that the issuer does not publish", await ProblemAsync(scene.Issuer.Token(keyId: "other")));
        Assert.Equal("issuer corp: its key does not fit ES384", await ProblemAsync(scene.Issuer.Token("ES384", "p256")));
        Assert.Equal("issuer corp: its key is not for PS256", await ProblemAsync(scene.Issuer.Token("PS256", "own")));

        async Task<string?> ProblemAsync(string token) => (await scene.PresentAsync(token)).Refusal?.Problem;
    }

    [Fact]
    public async Task The_log_says_that_the_issuer_or_its_algorithm_is_not_configured()
    {
        using var scene = await new TokenScene(TokenScene.Access(TokenScene.Corp() with { Algorithms = ["ES256"] })).ReadKeysAsync();

        Assert.Equal("issuer corp: RS256 is not among its Algorithms", (await scene.PresentAsync(scene.Issuer.Token())).Refusal?.Problem);
        var other = scene.Issuer.Token("ES256", "p256", claims: [("iss", "https://other.example")]);
        Assert.Equal("iss, or the trust domain of sub, is not configured", (await scene.PresentAsync(other)).Refusal?.Problem);
    }

    [Fact]
    public async Task What_was_proved_by_a_key_ends_when_the_issuer_removes_the_key()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var text = scene.Issuer.Token();
        var verdict = await scene.Verifier.VerifyAsync(scene.Rules.Tokens!, new PresentedToken(text), KeyDigest.OfToken(text), peer: null, default);
        Assert.Null(scene.Verifier.WhyEnded(verdict.Token!));

        scene.Issuer.Keys.RemoveAt(0);
        await scene.ReadKeysAsync();
        var ended = scene.Verifier.WhyEnded(verdict.Token!);
        Assert.Equal(("token_key", "its key has been removed by the issuer"), (ended?.Reason.Name, ended?.Problem));
    }

    [Fact]
    public async Task An_issuer_that_is_configured_comes_before_the_clusters_own_with_the_same_name()
    {
        var cluster = TokenScene.Corp("cluster", value: null);
        using var scene = new TokenScene(TokenScene.Access() with
        {
            Issuers = [cluster with { Place = cluster.Place with { InCluster = true, Address = null } }, TokenScene.Corp()],
        });
        scene.Answer("corp", () => Task.FromResult(new KeyReading(Encoding.UTF8.GetBytes(scene.Issuer.Document), Issuer: TestIssuer.Value)));
        await scene.ReadKeysAsync();

        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token()));
    }
}
