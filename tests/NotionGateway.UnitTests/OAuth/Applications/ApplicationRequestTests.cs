using System.Text;
using NotionGateway.OAuth.Applications;

namespace NotionGateway.UnitTests.OAuth.Applications;

public sealed class ApplicationRequestTests
{
    [Fact]
    public void Known_members_are_read_and_others_ignored()
    {
        var request = Parse("""{"grant_type":"g","code":"c","redirect_uri":"r","refresh_token":"f","token":"t","other":{"a":[1]}}""")!;
        Assert.Equal(("g", "c", "r", "f", "t"), (request.GrantType, request.Code, request.RedirectUri, request.RefreshToken, request.Token));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"code":null}""")]
    [InlineData("""{"code":""}""")]
    [InlineData("""{"code":7}""")]
    [InlineData("""{"code":["c"]}""")]
    [InlineData("""{"Code":"c"}""")]
    public void A_member_that_is_no_text_counts_as_absent(string body) => Assert.Null(Parse(body)!.Code);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"code\"")]
    [InlineData("grant_type=authorization_code")]
    [InlineData("{\"code\":\"a\",\"code\":\"b\"}")]
    [InlineData("{\"code\":\"\\ud800\"}")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}")]
    public void What_two_readers_could_read_differently_is_not_read(string body) => Assert.Null(Parse(body));

    [Fact]
    public void It_never_prints_what_it_holds() => Assert.Equal("[redacted]", Parse("""{"code":"c"}""")!.ToString());

    private static ApplicationRequest? Parse(string body) => ApplicationRequest.Parse(Encoding.UTF8.GetBytes(body));
}
