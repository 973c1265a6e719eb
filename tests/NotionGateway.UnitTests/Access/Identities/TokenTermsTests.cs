using System.Text.Json;
using NotionGateway.Access.Identities;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>The terms of a token without its signature: which is judged first, and each limit exactly.</summary>
public sealed class TokenTermsTests
{
    /// <summary>1000 seconds after the beginning, so that times in claims are short.</summary>
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1000);

    [Theory]
    [InlineData("logout+jwt", """{"aud":"other","exp":0}""", "token_type", "typ is 'logout+jwt'")]
    [InlineData("JWT", """{"aud":"other","exp":0}""", "token_audience", "aud is '\"other\"'")]
    [InlineData(null, """{"exp":0}""", "token_audience", "aud is absent")]
    [InlineData(null, """{"aud":1,"exp":0}""", "token_audience", "aud is '1'")]
    [InlineData(null, """{"aud":{"notion-gateway":1},"exp":0}""", "token_audience", "aud is '{\"notion-gateway\":1}'")]
    [InlineData(null, """{"aud":"notion-gateway","exp":900}""", "token_expired", "exp was 100 s ago")]
    [InlineData(null, """{"aud":"notion-gateway","exp":1001,"iat":-85400}""", "token_expired", "it lives longer than MaxTokenLifetime (1.00:00:00)")]
    [InlineData(null, """{"aud":"notion-gateway","exp":2000,"nbf":1031}""", "token_not_yet_valid", "nbf or iat is in the future: compare the clocks")]
    public void Type_audience_and_times_are_judged_in_this_order_and_the_first_that_is_wrong_is_said(
        string? type, string claims, string reason, string problem)
    {
        var denial = Check(type, claims);
        Assert.Equal((reason, problem), (denial?.Reason.Name, denial?.Problem));
    }

    [Theory]
    [InlineData("\"exp\":971", null)]
    [InlineData("\"exp\":970", "token_expired")]
    [InlineData("\"exp\":2000,\"nbf\":1030", null)]
    [InlineData("\"exp\":2000,\"nbf\":1031", "token_not_yet_valid")]
    [InlineData("\"exp\":2000,\"iat\":1030", null)]
    [InlineData("\"exp\":2000,\"iat\":1031", "token_not_yet_valid")]
    [InlineData("\"exp\":87400", null)]
    [InlineData("\"exp\":87401", "token_expired")]
    [InlineData("\"exp\":1000,\"iat\":-85400", null)]
    [InlineData("\"exp\":1001,\"iat\":-85400", "token_expired")]
    [InlineData("\"exp\":87430,\"iat\":1030", null)]
    public void A_time_may_be_wrong_by_the_skew_and_a_token_may_live_a_day(string times, string? reason) =>
        Assert.Equal(reason, Check(null, $$"""{"aud":"notion-gateway",{{times}}}""")?.Reason.Name);

    [Theory]
    [InlineData("\"one\"", true)]
    [InlineData("\"two\"", true)]
    [InlineData("""["three","two"]""", true)]
    [InlineData("""["one"]""", true)]
    [InlineData("""["three"]""", false)]
    [InlineData("[]", false)]
    [InlineData("\"one two\"", false)]
    public void One_of_several_audiences_is_enough(string audience, bool fits) => Assert.Equal(
        fits,
        TokenTerms.CheckNames(Token(null, $$"""{"aud":{{audience}}}"""), TokenScene.Corp() with { Audiences = ["one", "two"] }) is null);

    [Fact]
    public void A_type_that_is_required_and_absent_is_said_to_be_absent() => Assert.Equal(
        "typ is absent",
        TokenTerms.CheckNames(Token(null, """{"aud":"notion-gateway"}"""), TokenScene.Corp() with { TokenTypes = ["JWT"] })?.Problem);

    private static TokenDenial? Check(string? type, string claims) => TokenTerms.Check(Token(type, claims), TokenScene.Corp(), Now);

    private static UnverifiedToken Token(string? type, string claims) => new("RS256", null, type, TestIssuer.Value, "s", JsonElement.Parse(claims));
}
