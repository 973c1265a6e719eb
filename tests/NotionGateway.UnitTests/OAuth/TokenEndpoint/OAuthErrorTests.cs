using System.Text;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.UnitTests.OAuth.TokenEndpoint;

public sealed class OAuthErrorTests
{
    [Theory]
    [InlineData("""{"error":"invalid_grant","error_description":"It was used."}""")]
    [InlineData("""{"object":"error","status":400,"code":"invalid_grant","message":"It was used."}""")]
    [InlineData("""{"error":"invalid_grant","error_description":"It was used.","request_id":"x","code":7}""")]
    public void Both_dialects_say_the_same(string body)
    {
        var error = OAuthError.Parse(400, Encoding.UTF8.GetBytes(body));
        Assert.Equal((400, "invalid_grant", "It was used."), (error.Status, error.Code, error.Description));
        Assert.True(error.IsInvalidGrant);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>no</html>")]
    [InlineData("[]")]
    [InlineData("""{"error":{"nested":"x"}}""")]
    [InlineData("""{"error":"<script>"}""")]
    [InlineData("""{"error":"invalid_grant\r\nSet-Cookie: x"}""")]
    public void What_is_no_error_of_either_dialect_ends_no_grant(string body) =>
        Assert.Equal((OAuthError.Unreadable, false),
            (OAuthError.Parse(400, Encoding.UTF8.GetBytes(body)).Code, OAuthError.Parse(400, Encoding.UTF8.GetBytes(body)).IsInvalidGrant));

    [Theory]
    [InlineData(401, """{"error":"invalid_client"}""", true)]
    [InlineData(401, """{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}""", true)]
    [InlineData(401, "", false)]
    [InlineData(401, "<html>blocked</html>", false)]
    [InlineData(400, """{"error":"invalid_client"}""", true)]
    [InlineData(400, """{"error":"invalid_request"}""", false)]
    [InlineData(503, "", false)]
    public void A_refused_client_is_told_from_a_refused_grant(int status, string body, bool isClient) =>
        Assert.Equal(isClient, OAuthError.Parse(status, Encoding.UTF8.GetBytes(body)).IsInvalidClient);

    [Fact]
    public void A_secret_in_a_description_is_masked()
    {
        const string Body = """{"error":"invalid_grant","error_description":"nrt_1234567890123456789012345678901234567890 was used"}""";
        var error = OAuthError.Parse(400, Encoding.UTF8.GetBytes(Body));
        Assert.Equal("[redacted] was used", error.Description);
    }
}
