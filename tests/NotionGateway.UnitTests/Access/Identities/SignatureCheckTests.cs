using System.Buffers.Text;
using NotionGateway.Access.Identities;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>What is judged twice, by the library and by us: each alone must be enough, so that a defect in the other opens nothing.</summary>
public sealed class SignatureCheckTests : IAsyncLifetime
{
    private readonly TokenScene _scene = new();

    public async ValueTask InitializeAsync() => await _scene.ReadKeysAsync();

    [Theory]
    [InlineData("notion-gateway", null)]
    [InlineData("other", "token_audience")]
    [InlineData("notion-gateway/", "token_audience")]
    [InlineData(null, "token_audience")]
    public async Task An_audience_is_judged_by_the_library_and_by_the_terms(string? audience, string? expected)
    {
        var said = Read(_scene.Issuer.Token("ES256", "p256", claims: [("aud", audience)]), out var token);

        Assert.Equal(expected, (await RunAsync(token, said))?.Reason.Name);
        Assert.Equal(expected, TokenTerms.Check(said, TokenScene.Corp(), _scene.Time.GetUtcNow())?.Reason.Name);
    }

    [Fact]
    public async Task The_library_accepts_only_the_algorithm_that_the_front_has_read()
    {
        var said = Read(_scene.Issuer.Token("ES256", "p256"), out var token);

        Assert.Null(await RunAsync(token, said));
        Assert.Equal("token_signature", (await RunAsync(token, said with { Algorithm = "RS256" }))?.Reason.Name);
    }

    [Fact]
    public async Task The_library_refuses_a_token_without_a_signature()
    {
        var said = Read(_scene.Issuer.Token("ES256", "p256"), out var token);
        var unsigned = Base64Url.EncodeToString("""{"alg":"none","typ":"JWT"}"""u8) + token.Text[token.Text.IndexOf('.')..(token.Text.LastIndexOf('.') + 1)];

        Assert.Equal("token_signature", (await RunAsync(new PresentedToken(unsigned), said))?.Reason.Name);
        Assert.Equal("token_signature", (await RunAsync(new PresentedToken(unsigned), said with { Algorithm = "none" }))?.Reason.Name);
    }

    [Fact]
    public async Task An_audience_that_only_the_library_finds_wrong_is_refused_too()
    {
        var right = Read(_scene.Issuer.Token("ES256", "p256"), out _);
        var wrong = Read(_scene.Issuer.Token("ES256", "p256", claims: [("aud", "other")]), out var token);

        var denial = await RunAsync(token, wrong with { Claims = right.Claims });
        Assert.Equal(("token_audience", "aud names another service"), (denial?.Reason.Name, denial?.Problem));
        Assert.Equal("aud is '\"other\"'", (await RunAsync(token, wrong))?.Problem);
    }

    public ValueTask DisposeAsync()
    {
        _scene.Dispose();
        return ValueTask.CompletedTask;
    }

    private static UnverifiedToken Read(string text, out PresentedToken token)
    {
        token = new PresentedToken(text);
        Assert.Null(TokenFront.Read(text, out var said));
        return said!;
    }

    private ValueTask<TokenDenial?> RunAsync(PresentedToken token, UnverifiedToken said) =>
        SignatureCheck.RunAsync(token, said, TokenScene.Corp(), _scene.Issuers.All.Single().Current!.Keys.Single(key => key.Id == "p256"));
}
