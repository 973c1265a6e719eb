using System.Text;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>Keys of issuers: when they are read, for whom, and what never replaces good ones.</summary>
public sealed class IssuerKeysTests
{
    [Fact]
    public async Task Case_30_a_flood_of_unknown_keys_asks_the_issuer_once_in_thirty_seconds()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        for (var second = 0; second < 95; second++)
        {
            for (var token = 0; token < 20; token++)
            {
                Assert.Equal("token_key", await scene.AskAsync(scene.Issuer.Token("ES256", $"kid-{second}-{token}")));
            }

            scene.Time.Advance(TimeSpan.FromSeconds(1));
        }

        // The first reading, and one in each full 30 seconds after it.
        Assert.Equal(4, scene.Readings);
    }

    [Fact]
    public async Task Case_30_few_requests_wait_for_a_key_and_the_others_are_denied_at_once()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(31));
        var slow = new TaskCompletionSource<KeyReading>();
        scene.Answer("corp", () => slow.Task);
        var asked = Enumerable.Range(0, 100).Select(number => scene.AskAsync(scene.Issuer.Token("ES256", $"kid-{number}"))).ToList();

        Assert.Equal(100 - IssuerKeys.MostWaiters, asked.Count(one => one.IsCompleted));
        scene.Time.Advance(IssuerKeys.MostWait);
        Assert.All(await Task.WhenAll(asked), reason => Assert.Equal("issuer_unavailable", reason));
        slow.SetResult(KeyReading.Unreached("test"));
    }

    [Fact]
    public async Task Case_31_the_first_token_with_a_new_key_is_accepted()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(31));
        scene.Issuer.Keys.Add(new TestKey("new", TestIssuer.OtherRsa));

        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token(keyId: "new", key: TestIssuer.OtherRsa)));
    }

    [Fact]
    public async Task Case_33_until_keys_have_been_read_tokens_are_told_to_come_back_and_keys_work()
    {
        using var scene = new TokenScene();
        scene.Answer("corp", () => Task.FromResult(KeyReading.Unreached("down")));
        await scene.ReadKeysAsync();

        var who = await scene.PresentAsync(scene.Issuer.Token());
        Assert.Equal("issuer_unavailable", who.Refusal!.Reason.Name);
        Assert.Equal((503, TimeSpan.FromSeconds(5)), (who.Refusal.Reason.ShownAs.Status, who.Refusal.Reason.RetryAfter));
        Assert.Equal("token_issuer", await scene.AskAsync(scene.Issuer.Token(claims: [("iss", "https://other.example")])));
        Assert.Equal("crm", await scene.AskAsync("the key of crm"));

        scene.Publish("corp", () => scene.Issuer.Document);
        await scene.ReadKeysAsync();
        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token()));
    }

    [Fact]
    public async Task Case_33_the_start_waits_ten_seconds_for_keys_and_no_longer()
    {
        using var scene = new TokenScene();
        Assert.NotNull(scene.Issuers.WhyNotYet());
        scene.Time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.NotNull(scene.Issuers.WhyNotYet());
        scene.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(scene.Issuers.WhyNotYet());

        using var other = new TokenScene();
        await other.ReadKeysAsync();
        Assert.Null(other.Issuers.WhyNotYet());
    }

    [Fact]
    public async Task Case_34_the_last_good_keys_are_used_for_a_day()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        scene.Answer("corp", () => Task.FromResult(KeyReading.Unreached("down")));
        scene.Time.Advance(TimeSpan.FromHours(23));
        await scene.ReadKeysAsync();
        var token = scene.Issuer.Token(claims: [("exp", scene.Time.GetUtcNow().AddHours(23).ToUnixTimeSeconds())]);
        Assert.Equal("crm", await scene.AskAsync(token));

        scene.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("issuer_unavailable", await scene.AskAsync(scene.Issuer.Token()));
        Assert.Equal("issuer_unavailable", await scene.AskAsync(token));
    }

    [Theory]
    [InlineData("<html></html>")]
    [InlineData("{}")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("[]")]
    [InlineData("""{"keys":[{"kty":"oct","kid":"rsa","k":"AAAA"}]}""")]
    [InlineData("many")]
    [InlineData("long")]
    public async Task Case_35_a_document_that_is_worth_nothing_never_replaces_a_good_one(string document)
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        scene.Publish("corp", () => document switch
        {
            "many" => $$"""{"keys":[{{string.Join(',', Enumerable.Repeat(scene.Issuer.Keys[1].Published().ToJsonString(), 101))}}]}""",
            "long" => scene.Issuer.Document + new string(' ', 256 * 1024),
            _ => document,
        });
        await scene.ReadKeysAsync();

        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token()));
        Assert.Equal(1, scene.Metrics.Sum("notion_gateway.issuer.fetches", ("issuer", "corp"), ("outcome", "rejected")));
        Assert.NotNull(scene.Issuers.All.Single().Problem);
    }

    [Fact]
    public void Case_37_weak_and_broken_keys_are_not_kept()
    {
        using var weak = System.Security.Cryptography.RSA.Create(1024);
        TestKey[] good = [new("good", TestIssuer.P256), new("of SPIFFE", TestIssuer.P256) { Members = [("use", "jwt-svid")] }];
        TestKey[] bad =
        [
            new("weak", weak),
            new("exponent", TestIssuer.Rsa) { Members = [("e", "AQ")] },
            new("even exponent", TestIssuer.Rsa) { Members = [("e", "AQAA")] },
            new("off the curve", TestIssuer.P256) { Members = [("y", new TestKey("", TestIssuer.OtherP256).Published()["y"]!.GetValue<string>())] },
            new("short point", TestIssuer.P256) { Members = [("x", "AAAA")] },
            new("encryption", TestIssuer.P256) { Members = [("use", "enc")] },
            new("other algorithm", TestIssuer.Rsa) { Members = [("alg", "RSA-OAEP")] },
            new("other curve", TestIssuer.P256) { Members = [("crv", "secp256k1")] },
            new("no modulus", TestIssuer.Rsa) { Members = [("n", null)] },
            new("not base64url", TestIssuer.Rsa) { Members = [("n", "+/=")] },
        ];
        var document = $$"""{"keys":[{{string.Join(',', bad.Concat(good).Select(key => key.Published().ToJsonString()))}}]}""";

        Assert.Equal(["good", "of SPIFFE"], KeySet.Parse(Encoding.UTF8.GetBytes(document), null, out _)!.Keys.Select(key => key.Id));
    }

    [Fact]
    public async Task Case_37_a_key_of_one_curve_does_not_fit_the_algorithm_of_another()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        Assert.Equal("token_key", await scene.AskAsync(scene.Issuer.Token("ES384", "p256")));
    }

    [Fact]
    public async Task The_loop_reads_at_the_start_then_each_hour_and_sooner_after_a_failure()
    {
        using var scene = new TokenScene();
        await scene.Issuers.StartAsync(default);
        var keys = scene.Issuers.All.Single();
        await TestKit.SafetyNet.UntilAsync(() => keys.Current is not null, () => "The keys were not read.");

        Assert.False(keys.IsDue);
        scene.Time.Advance(TimeSpan.FromMinutes(53));
        Assert.False(keys.IsDue);
        scene.Answer("corp", () => Task.FromResult(KeyReading.Unreached("down")));
        scene.Time.Advance(TimeSpan.FromMinutes(14));
        await TestKit.SafetyNet.UntilAsync(() => keys.Problem is not null, () => "The keys were not read again.");
        Assert.False(keys.IsDue);
        scene.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(keys.IsDue || scene.Readings > 2);
        await scene.Issuers.StopAsync(default);
    }

    [Fact]
    public async Task A_reload_starts_new_issuers_stops_old_ones_and_keeps_the_keys_of_the_others()
    {
        using var scene = await new TokenScene(null, ("second", () => "{}")).ReadKeysAsync();
        var token = scene.Issuer.Token();
        scene.Reload(TokenScene.Access() with { Issuers = [TokenScene.Corp(), TokenScene.Corp("second", "https://second.example")] });

        Assert.Equal(["corp", "second"], scene.Issuers.All.Select(keys => keys.Issuer).Order());
        Assert.Equal("crm", await scene.AskAsync(token));

        var moved = TokenScene.Corp();
        scene.Reload(TokenScene.Access(moved with { Place = moved.Place with { Address = new Uri("https://keys.example/moved") } }));
        Assert.Equal("issuer_unavailable", await scene.AskAsync(token));
    }

    [Fact]
    public async Task A_reload_that_lets_keys_grow_older_keeps_them_although_they_cannot_be_read_now()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        scene.Answer("corp", () => Task.FromResult(KeyReading.Unreached("down")));
        scene.Time.Advance(TimeSpan.FromHours(25));
        var token = scene.Issuer.Token(claims: [("exp", scene.Time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds())]);
        Assert.Equal("issuer_unavailable", await scene.AskAsync(token));

        var corp = TokenScene.Corp();
        scene.Reload(TokenScene.Access(corp with { Place = corp.Place with { MaxKeyAge = TimeSpan.FromDays(3) } }));
        Assert.Equal("crm", await scene.AskAsync(token));

        // What is read more often is read more often from now on.
        Assert.True(scene.Issuers.All.Single().IsDue);
        scene.Publish("corp", () => scene.Issuer.Document);
        await scene.ReadKeysAsync();
        scene.Reload(TokenScene.Access(corp with { Place = corp.Place with { RefreshInterval = TimeSpan.FromMinutes(5) } }));
        scene.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.True(scene.Issuers.All.Single().IsDue);
    }

    [Fact]
    public async Task A_token_with_an_unknown_key_is_told_to_come_back_while_the_issuer_gives_no_keys()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(31));
        scene.Issuer.Keys.Add(new TestKey("new", TestIssuer.OtherRsa));
        scene.Answer("corp", () => Task.FromResult(KeyReading.Unreached("down")));
        for (var second = 0; second < 3; second++)
        {
            Assert.Equal("issuer_unavailable", await scene.AskAsync(scene.Issuer.Token(keyId: "new", key: TestIssuer.OtherRsa)));
            scene.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, scene.Readings);
        scene.Publish("corp", () => scene.Issuer.Document);
        scene.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token(keyId: "new", key: TestIssuer.OtherRsa)));
        Assert.Equal("token_key", await scene.AskAsync(scene.Issuer.Token("ES256", "kid-of-nobody")));
    }

    [Fact]
    public async Task Until_the_clusters_own_issuer_is_known_its_tokens_are_told_to_come_back()
    {
        var cluster = TokenScene.Corp("cluster", value: null);
        using var scene = new TokenScene(TokenScene.Access(
            cluster with { Place = cluster.Place with { InCluster = true, Address = null } },
            TokenScene.Caller("crm", TokenScene.Identity("cluster", TestIssuer.Subject))));
        scene.Answer("corp", () => Task.FromResult(KeyReading.Unreached("the pod has no token of its own")));
        await scene.ReadKeysAsync();
        Assert.Equal("issuer_unavailable", await scene.AskAsync(scene.Issuer.Token()));

        scene.Answer("corp", () => Task.FromResult(
            new KeyReading(Encoding.UTF8.GetBytes(scene.Issuer.Document), WasAnswered: true, Issuer: TestIssuer.Value)));
        await scene.ReadKeysAsync();
        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token()));
        Assert.Equal("token_issuer", await scene.AskAsync(scene.Issuer.Token(claims: [("iss", "https://other.example")])));
    }

    [Fact]
    public async Task Gauges_show_the_keys_and_their_age()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        scene.Time.Advance(TimeSpan.FromMinutes(3));
        var gauges = scene.Metrics.Gauges();
        Assert.Equal(4, gauges.Single(gauge => gauge.Instrument == "notion_gateway.issuer.keys").Value);
        Assert.Equal(180, gauges.Single(gauge => gauge.Instrument == "notion_gateway.issuer.keys_age").Value);
    }
}
