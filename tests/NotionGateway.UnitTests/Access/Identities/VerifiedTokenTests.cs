using NotionGateway.Access;
using NotionGateway.Access.Identities;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>A token that was verified is known again, and only as long as all that proved it still holds.</summary>
public sealed class VerifiedTokenTests
{
    [Fact]
    public async Task A_token_is_verified_once_and_known_from_then_on()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var token = scene.Issuer.Token();

        Assert.Equal("crm", await scene.AskAsync(token));
        Assert.Equal("crm", await scene.AskAsync(token));

        Assert.Equal(1, scene.Metrics.Sum("notion_gateway.identities", ("kind", "token"), ("issuer", "corp"), ("outcome", "verified")));
        Assert.Equal(1, scene.Metrics.Sum("notion_gateway.identities", ("kind", "token"), ("issuer", "corp"), ("outcome", "known")));
    }

    [Fact]
    public async Task A_known_token_is_found_at_once_and_without_garbage()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var proof = new Proof($"Bearer {scene.Issuer.Token()}");
        Assert.Null((await scene.Authenticators.AuthenticateAsync(scene.Rules, proof, default)).Refusal);
        for (var warm = 0; warm < 100; warm++)
        {
            _ = await scene.Authenticators.AuthenticateAsync(scene.Rules, proof, default);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var completed = true;
        for (var time = 0; time < 100; time++)
        {
            var who = scene.Authenticators.AuthenticateAsync(scene.Rules, proof, default);
            completed &= who.IsCompletedSuccessfully;
        }

        Assert.True(completed);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Case_32_a_key_that_is_taken_away_takes_its_tokens_with_it()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var token = scene.Issuer.Token();
        Assert.Equal("crm", await scene.AskAsync(token));

        scene.Issuer.Keys.RemoveAt(0);
        await scene.ReadKeysAsync();

        Assert.Equal("token_key", await scene.AskAsync(token));
        Assert.Equal(0, scene.Rules.Tokens!.Verified.Count);
    }

    [Fact]
    public async Task A_key_that_is_replaced_under_the_same_id_takes_its_tokens_with_it()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var token = scene.Issuer.Token();
        Assert.Equal("crm", await scene.AskAsync(token));

        scene.Issuer.Keys[0] = new TestKey("rsa", TestIssuer.OtherRsa);
        await scene.ReadKeysAsync();

        Assert.Equal("token_signature", await scene.AskAsync(token));
    }

    [Fact]
    public async Task Keys_that_are_published_again_unchanged_leave_tokens_known()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var token = scene.Issuer.Token();
        await scene.AskAsync(token);
        scene.Issuer.Keys.Reverse();
        await scene.ReadKeysAsync();
        await scene.AskAsync(token);

        Assert.Equal(1, scene.Metrics.Sum("notion_gateway.identities", ("outcome", "known")));
    }

    [Fact]
    public async Task Case_47_a_token_ends_by_the_wall_clock_also_when_it_is_known()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var token = scene.Issuer.Token();
        Assert.Equal("crm", await scene.AskAsync(token));

        scene.Time.Advance(TimeSpan.FromSeconds(629));
        Assert.Equal("crm", await scene.AskAsync(token));
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("token_expired", await scene.AskAsync(token));
    }

    [Fact]
    public async Task A_caller_whose_known_token_has_expired_keeps_the_place_of_its_address()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var token = scene.Issuer.Token();
        Assert.Equal("crm", await scene.AskAsync(token));
        scene.Time.Advance(TimeSpan.FromSeconds(630));
        for (var request = 0; request < 10; request++)
        {
            Assert.Equal("token_expired", await scene.AskAsync(token));
        }

        // Strangers at many addresses use up what all together may fail that have failed before.
        for (var stranger = 0; stranger < StrangersGate.MostFailuresInSharedLane; stranger++)
        {
            await scene.AskAsync(scene.Issuer.Token(key: TestIssuer.OtherRsa), $"198.51.100.{stranger / StrangersGate.MostFailuresOfAddress}");
        }

        Assert.Equal("crm", await scene.AskAsync(scene.Issuer.Token(claims: [("exp", scene.Time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds())])));
    }

    [Fact]
    public async Task Case_47_a_clock_that_is_set_ends_tokens_by_what_it_says_then_and_takes_no_keys_away()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var known = Token("known");
        Assert.Equal("crm", await scene.AskAsync(known));

        scene.Time.SetWallClock(TimeSpan.FromMinutes(10));
        Assert.Equal("token_expired", await scene.AskAsync(known));
        var ahead = Token("ahead");
        Assert.Equal("crm", await scene.AskAsync(ahead));

        // What was known before the clock went back is served until it says the end; what is new is from the future.
        scene.Time.SetWallClock(TimeSpan.FromMinutes(-20));
        Assert.Equal("crm", await scene.AskAsync(ahead));
        Assert.Equal("token_expired", await scene.AskAsync(known));
        Assert.Equal("crm", await scene.AskAsync(Token("behind")));

        // Keys have an age by the other clock, which nobody sets.
        scene.Time.SetWallClock(TimeSpan.FromDays(400));
        Assert.Equal("token_expired", await scene.AskAsync(ahead));
        Assert.Equal("crm", await scene.AskAsync(Token("much later")));

        string Token(string id) => scene.Issuer.Token(
            "ES256", "p256", claims: [("jti", id), ("exp", scene.Time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds())]);
    }

    [Fact]
    public async Task Case_45_a_caller_that_is_disabled_or_no_longer_bound_is_denied_at_its_next_request()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var token = scene.Issuer.Token();
        Assert.Equal("crm", await scene.AskAsync(token));

        scene.Reload(TokenScene.Access(null, TokenScene.Caller("crm", TokenScene.Identity(subject: TestIssuer.Subject)) with { Disabled = true }));
        Assert.Equal("caller_disabled", await scene.AskAsync(token));
        scene.Reload(TokenScene.Access(null, TokenScene.Caller("crm", TokenScene.Identity(subject: "somebody-else"))));
        Assert.Equal("identity_unknown", await scene.AskAsync(token));
    }

    [Fact]
    public async Task A_request_that_waits_is_judged_again_by_what_its_token_has_proved()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var who = await scene.PresentAsync(scene.Issuer.Token());

        Assert.Equal("crm", await AgainAsync());
        scene.Reload(TokenScene.Access(
            null,
            TokenScene.Caller("other", TokenScene.Identity(subject: "x")),
            TokenScene.Caller("crm", TokenScene.Identity(subject: TestIssuer.Subject))));
        Assert.Equal("crm", await AgainAsync());
        scene.Reload(TokenScene.Access(TokenScene.Corp() with { Audiences = ["another"] }));
        Assert.Equal("identity_unknown", await AgainAsync());
        scene.Reload(TokenScene.Access(null, TokenScene.Caller("crm", TokenScene.Identity(subject: "x"))));
        Assert.Equal("identity_unknown", await AgainAsync());
        scene.Reload(TokenScene.Access());
        scene.Time.Advance(TimeSpan.FromSeconds(630));
        Assert.Equal("token_expired", await AgainAsync());

        async Task<string> AgainAsync()
        {
            var again = await who.By!.AuthenticateAsync(scene.Rules, who.Key!.Value, default);
            return again!.Value.Refusal?.Reason.Name ?? again.Value.Caller!.Name;
        }
    }

    [Fact]
    public async Task A_token_serves_beside_the_name_of_an_application_and_a_key_for_a_grant_does_not()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var who = await scene.Authenticators.AuthenticateSecretAsync(scene.Rules, scene.Issuer.Token(), new Proof(null), default);
        Assert.Equal("crm", who.Caller?.Name);
        var wrong = await scene.Authenticators.AuthenticateSecretAsync(scene.Rules, scene.Issuer.Token(key: TestIssuer.OtherRsa), new Proof(null), default);
        Assert.Equal("token_signature", wrong.Refusal?.Reason.Name);
        foreach (var secret in new[] { $"ngw_{new string('0', 43)}", new string('x', 2000) })
        {
            var none = await scene.Authenticators.AuthenticateSecretAsync(scene.Rules, secret, new Proof(null), default);
            Assert.Equal("invalid_key", none.Refusal?.Reason.Name);
        }
    }
}
