using NotionGateway.Access;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>Every way to present a wrong token, through everything that judges it. The numbers are those of the list of cases.</summary>
public sealed class TokenAttackTests
{
    public static readonly TheoryData<string> Names = [.. TokenCases.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_token_is_accepted_or_denied_for_its_reason(string name)
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var (_, token, expected) = TokenCases.All.Single(one => one.Name == name);
        var read = scene.Readings;
        scene.Time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(expected, await scene.AskAsync(token(scene.Issuer)));

        // Only a well-formed key id that is unknown may cause a question to the issuer.
        Assert.Equal(name is "7 kid with a path" or "7 kid with SQL" ? read + 1 : read, scene.Readings);
    }

    [Fact]
    public async Task Every_denial_looks_like_that_of_a_wrong_key_and_says_nothing_of_the_token()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var wrong = (await scene.PresentAsync("ngw_0000000000000000000000000000000000000000000")).Refusal!;
        foreach (var (name, token, expected) in TokenCases.All.Where(one => one.Expected.StartsWith("token_") || one.Expected.StartsWith("identity_")))
        {
            var refusal = (await scene.PresentAsync(token(scene.Issuer), "192.0.2.77")).Refusal!;
            if (refusal.Reason == RefusalReason.Overloaded)
            {
                scene.Time.Advance(TimeSpan.FromSeconds(2));
                refusal = (await scene.PresentAsync(token(scene.Issuer), "192.0.2.77")).Refusal!;
            }

            Assert.Equal((name, expected), (name, refusal.Reason.Name));
            Assert.Equal((name, wrong.Message), (name, refusal.Message));
            Assert.Equal((name, wrong.Reason), (name, refusal.Reason.ShownAs));
            Assert.Equal((name, wrong.RetryAfter), (name, refusal.RetryAfter));
            Assert.DoesNotContain(token(scene.Issuer).Split('.')[1], refusal.Problem ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Case_4_a_symmetric_key_that_an_issuer_publishes_is_not_kept()
    {
        using var scene = new TokenScene();
        var secret = "a secret of thirty-two characters"u8.ToArray();
        scene.Issuer.Keys.Add(new TestKey("oct", TestIssuer.Rsa)
        {
            Members = [("kty", "oct"), ("n", null), ("e", null), ("k", System.Buffers.Text.Base64Url.EncodeToString(secret))],
        });
        await scene.ReadKeysAsync();

        Assert.Equal("token_algorithm", await scene.AskAsync(scene.Issuer.Symmetric(secret, "oct")));
        Assert.False(scene.Issuers.All.Single().Current!.HasId("oct"));
    }

    [Fact]
    public async Task Case_6_a_key_is_used_with_its_own_algorithm_only()
    {
        using var scene = new TokenScene();
        scene.Issuer.Keys[0] = new TestKey("rsa", TestIssuer.Rsa) { Members = [("alg", "RS256")] };
        await scene.ReadKeysAsync();

        Assert.Equal("token_algorithm", await scene.AskAsync(scene.Issuer.Token("PS256")));
        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token()));
    }

    [Fact]
    public async Task Case_8_a_token_without_a_key_id_needs_exactly_one_key_that_fits()
    {
        using var scene = new TokenScene();
        scene.Issuer.Keys.Add(new TestKey("second", TestIssuer.OtherRsa));
        await scene.ReadKeysAsync();

        Assert.Equal("token_key", await scene.AskAsync(scene.Issuer.Token(keyId: null)));
        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token("ES256", keyId: null)));
    }

    [Fact]
    public async Task Case_9_of_two_keys_with_one_id_the_first_decides_and_the_second_is_never_tried()
    {
        using var scene = new TokenScene();
        scene.Issuer.Keys.Insert(0, new TestKey("rsa", TestIssuer.OtherRsa));
        await scene.ReadKeysAsync();

        Assert.Equal("token_signature", await scene.AskAsync(scene.Issuer.Token()));
        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token(key: TestIssuer.OtherRsa)));
    }

    [Fact]
    public async Task Case_18_one_issuer_cannot_speak_for_another()
    {
        TestIssuer? other = null;
        using var scene = new TokenScene(
            TokenScene.Access() with { Issuers = [TokenScene.Corp(), TokenScene.Corp("other", "https://other.example")] }, ("other", () => other!.Document));
        other = new TestIssuer(scene.Time, "https://other.example");
        (scene.Issuer.Keys[0], other.Keys[0]) = (new TestKey("rsa", TestIssuer.Rsa), new TestKey("rsa", TestIssuer.OtherRsa));
        await scene.ReadKeysAsync();

        Assert.Equal("token_signature", await scene.AskAsync(scene.Issuer.Token(key: TestIssuer.OtherRsa)));
        Assert.Equal("identity_unknown", await scene.AskAsync(other.Token(key: TestIssuer.OtherRsa)));
    }

    [Fact]
    public async Task Case_29_a_type_that_is_required_is_required()
    {
        using var scene = await new TokenScene(TokenScene.Access(TokenScene.Corp() with { TokenTypes = ["at+jwt"] })).ReadKeysAsync();

        Assert.Equal("token_type", await scene.AskAsync(scene.Issuer.Token()));
        Assert.Equal("token_type", await scene.AskAsync(scene.Issuer.Token(header: [("typ", null)])));
        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token(header: [("typ", "at+jwt")])));
    }

    [Fact]
    public async Task Case_48_a_token_without_an_issuer_is_found_by_its_trust_domain()
    {
        using var scene = await new TokenScene(TokenScene.Access(
            TokenScene.Corp(value: null, trustDomain: "corp"),
            TokenScene.Caller("crm", TokenScene.Identity(subject: "spiffe://corp/ns/crm/sa/sync")))).ReadKeysAsync();

        Assert.Equal("crm", await scene.AskAsync(Svid("spiffe://corp/ns/crm/sa/sync")));
        Assert.Equal("token_issuer", await scene.AskAsync(Svid("spiffe://corp.evil/ns/crm/sa/sync")));
        Assert.Equal("token_issuer", await scene.AskAsync(Svid("spiffe://corp")));
        Assert.Equal("token_issuer", await scene.AskAsync(Svid("https://corp/ns/crm/sa/sync")));
        Assert.Equal("token_issuer", await scene.AskAsync(scene.Issuer.Token(claims: [("sub", "spiffe://corp/ns/crm/sa/sync")])));

        string Svid(string subject) => scene.Issuer.Token(claims: [("iss", null), ("sub", subject)]);
    }

    [Fact]
    public async Task An_algorithm_that_the_issuer_does_not_use_is_denied()
    {
        using var scene = await new TokenScene(TokenScene.Access(TokenScene.Corp() with { Algorithms = ["ES256"] })).ReadKeysAsync();

        Assert.Equal("token_algorithm", await scene.AskAsync(scene.Issuer.Token()));
        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token("ES256", "p256")));
    }

    [Fact]
    public async Task Where_there_is_no_issuer_a_token_is_a_wrong_key()
    {
        var who = await Some().AuthenticateAsync(
            new AccessRules(TestKit.Some.Access(TestKit.Some.CallerOptions("crm"))),
            new Proof($"Bearer {new TestIssuer(TimeProvider.System).Token("ES256", "p256")}"), default);
        Assert.Equal(RefusalReason.InvalidKey, who.Refusal!.Reason);

        static Authenticators Some() => TestKit.Some.Authenticators();
    }
}
