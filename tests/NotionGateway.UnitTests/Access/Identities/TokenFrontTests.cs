using System.Buffers.Text;
using System.Text;
using NotionGateway.Access.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>What is read of a token before its signature is checked: each limit exactly, and why a token is not read.</summary>
public sealed class TokenFrontTests
{
    private const string Header = """{"alg":"RS256"}""";
    private const string Claims = """{"sub":"s","exp":1}""";

    [Theory]
    [InlineData("{", Claims, "token_malformed", "not JSON")]
    [InlineData("[]", Claims, "token_malformed", "the header is not an object")]
    [InlineData("""{"alg":"RS256","crit":[]}""", Claims, "token_malformed", "crit, b64 or zip")]
    [InlineData("""{"alg":"RS256","kid":""}""", Claims, "token_malformed", "kid is not a printable text")]
    [InlineData("""{"alg":"RS256","typ":1}""", Claims, "token_malformed", "typ is not a text")]
    [InlineData("""{"alg":"none"}""", Claims, "token_algorithm", "alg is not an asymmetric signature")]
    [InlineData("""{"alg":"HS256"}""", Claims, "token_algorithm", "alg is not an asymmetric signature")]
    [InlineData("""{"alg":256}""", Claims, "token_algorithm", "alg is not an asymmetric signature")]
    [InlineData("{}", Claims, "token_algorithm", "alg is not an asymmetric signature")]
    [InlineData(Header, "[]", "token_malformed", "the claims are not an object")]
    [InlineData(Header, """{"iss":1,"sub":"s","exp":1}""", "token_issuer", "iss is not a text")]
    [InlineData(Header, """{"aud":1,"sub":"s","exp":1}""", "token_audience", "aud is neither a text nor a list of texts")]
    [InlineData(Header, """{"exp":1}""", "token_malformed", "sub is not a text of 1 to 1024 characters")]
    [InlineData(Header, """{"sub":"","exp":1}""", "token_malformed", "sub is not a text of 1 to 1024 characters")]
    [InlineData(Header, """{"sub":"s\u001F","exp":1}""", "token_malformed", "sub is not a text of 1 to 1024 characters")]
    [InlineData(Header, """{"sub":"s"}""", "token_malformed", "exp is missing")]
    [InlineData(Header, """{"sub":"s","exp":"1"}""", "token_malformed", "exp is missing")]
    [InlineData(Header, """{"sub":"s","exp":1,"nbf":"1"}""", "token_malformed", "nbf or iat is not a number")]
    [InlineData(Header, """{"sub":"s","exp":1,"iat":null}""", "token_malformed", "nbf or iat is not a number")]
    public void What_is_wrong_has_its_reason_and_is_said(string header, string claims, string reason, string problem)
    {
        var denial = Read(header, claims);
        Assert.Equal(reason, denial?.Reason.Name);
        Assert.Contains(problem, denial?.Problem);
    }

    [Fact]
    public void A_part_that_is_not_base64url_is_said_to_be_none()
    {
        Assert.Contains("not base64url", TokenFront.Read("a.b.c", out var token)?.Problem);
        Assert.Null(token);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void A_kid_has_1_to_256_characters(int length, bool isRead) =>
        Assert.Equal(isRead, Read($$"""{"alg":"RS256","kid":"{{new string('k', length)}}"}""", Claims) is null);

    [Theory]
    [InlineData(1, true)]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_sub_has_1_to_1024_characters(int length, bool isRead) =>
        Assert.Equal(isRead, Read(Header, $$"""{"sub":"{{new string('s', length)}}","exp":1}""") is null);

    [Theory]
    [InlineData("1000000000000000", true)]
    [InlineData("1000000000000001", false)]
    [InlineData("-1000000000000000", true)]
    [InlineData("-1000000000000001", false)]
    [InlineData("1e15", true)]
    [InlineData("1.5", true)]
    public void A_time_is_a_number_of_seconds_of_at_most_16_digits(string time, bool isRead)
    {
        Assert.Equal(isRead, Read(Header, $$"""{"sub":"s","exp":{{time}}}""") is null);
        Assert.Equal(isRead, Read(Header, $$"""{"sub":"s","exp":1,"nbf":{{time}}}""") is null);
        Assert.Equal(isRead, Read(Header, $$"""{"sub":"s","exp":1,"iat":{{time}}}""") is null);
    }

    [Fact]
    public void A_token_cannot_be_printed_by_accident()
    {
        Assert.Null(TokenFront.Read(Text(Header, Claims), out var token));
        Assert.Equal("[redacted]", $"{token}");
        Assert.Equal("[redacted]", $"{new PresentedToken(Text(Header, Claims))}");
    }

    private static TokenDenial? Read(string header, string claims)
    {
        var denial = TokenFront.Read(Text(header, claims), out var token);
        Assert.Equal(denial is null, token is not null);
        return denial;
    }

    private static string Text(string header, string claims) =>
        $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.AAAA";
}
