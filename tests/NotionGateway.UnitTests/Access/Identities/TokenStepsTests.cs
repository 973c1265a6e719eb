using System.Text.Json;
using NotionGateway.Access.Identities;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>What people are shown of a token and of the checks that it passed.</summary>
public sealed class TokenStepsTests
{
    [Fact]
    public async Task A_token_that_is_right_passes_each_step_and_three_of_them_say_by_what()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        Assert.Equal(
            [
                ("form", true, ""), ("issuer", true, "corp"), ("key", true, "rsa RSA"), ("signature", true, ""), ("type", true, ""),
                ("audience", true, ""), ("times", true, ""), ("caller", true, "crm, by Identities:it"),
            ],
            await StepsAsync(scene, scene.Issuer.Token()));
    }

    [Fact]
    public async Task The_steps_end_with_the_one_that_failed_and_its_reason()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var now = scene.Time.GetUtcNow().ToUnixTimeSeconds();

        Assert.Equal(
            [
                ("form", true, ""), ("issuer", true, "corp"), ("key", true, ""), ("signature", true, ""), ("type", true, ""), ("audience", true, ""),
                ("times", false, "token_expired: issuer corp: exp was 60 s ago"),
            ],
            await StepsAsync(scene, scene.Issuer.Token(claims: [("exp", now - 60)])));
        Assert.Equal(
            [("form", false, "token_algorithm: alg is not an asymmetric signature")],
            await StepsAsync(scene, scene.Issuer.Token(header: [("alg", "none")])));
    }

    [Theory]
    [InlineData("exp", "9999999999", "9999999999 (2286-11-20 17:46:39Z)")]
    [InlineData("exp", "10000000000", "10000000000")]
    [InlineData("exp", "0.5", "0.5")]
    [InlineData("nbf", "0", "0 (1970-01-01 00:00:00Z)")]
    [InlineData("iat", "-1", "-1 (1969-12-31 23:59:59Z)")]
    [InlineData("iat", "-10000000000", "-10000000000")]
    [InlineData("ttl", "60", "60")]
    [InlineData("sub", "\"a'b\"", @"""a\u0027b""")]
    public void A_time_among_the_claims_is_shown_as_a_date_too(string name, string value, string shown)
    {
        var claims = JsonElement.Parse($$"""{"{{name}}":{{value}}}""");
        Assert.Equal([(name, shown)], TokenSteps.Claims(new UnverifiedToken("RS256", null, null, null, "s", claims)));
    }

    private static async Task<IEnumerable<(string Step, bool Holds, string Text)>> StepsAsync(TokenScene scene, string text) => TokenSteps.Of(
        await scene.Verifier.VerifyAsync(scene.Rules.Tokens!, new PresentedToken(text), KeyDigest.OfToken(text), peer: null, default));
}
