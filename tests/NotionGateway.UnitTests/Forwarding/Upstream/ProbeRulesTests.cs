using System.Text;
using NotionGateway.Credentials;
using NotionGateway.Forwarding.Upstream;

namespace NotionGateway.UnitTests.Forwarding.Upstream;

public sealed class ProbeRulesTests
{
    [Theory]
    [InlineData(200, """{"object":"user","id":"b","bot":{"workspace_id":"w"}}""", ProbeVerdict.Accepted)]
    [InlineData(200, """{"object":"user"}""", ProbeVerdict.Accepted)]
    [InlineData(403, """{"object":"error","status":403,"code":"restricted_resource"}""", ProbeVerdict.Accepted)]
    [InlineData(401, """{"object":"error","status":401,"code":"unauthorized"}""", ProbeVerdict.Rejected)]
    internal void Notion_says_what_becomes_of_a_token(int status, string body, ProbeVerdict verdict)
    {
        var result = Judge(status, body);
        Assert.Equal((verdict, null), (result.Verdict, result.Problem));
    }

    [Theory]
    [InlineData(200, "<html>Sign in to the Wi-Fi</html>")]
    [InlineData(200, """{"object":"list","results":[]}""")]
    [InlineData(200, """{"id":"b"}""")]
    [InlineData(200, """{"object":"error"}""")]
    [InlineData(200, "")]
    [InlineData(200, "null")]
    [InlineData(200, """{"object":7}""")]
    [InlineData(200, "{\"object\":\"\\ud800\"}")]
    [InlineData(204, """{"object":"user"}""")]
    [InlineData(302, "")]
    [InlineData(401, "<html>blocked</html>")]
    [InlineData(401, "{}")]
    [InlineData(403, "<html>blocked</html>")]
    [InlineData(403, """{"object":"user"}""")]
    [InlineData(407, "")]
    [InlineData(503, "")]
    public void What_is_not_Notions_proves_nothing_and_is_called_so(int status, string body)
    {
        var result = Judge(status, body);
        Assert.Equal(ProbeVerdict.Unknown, result.Verdict);
        Assert.StartsWith($"not a response from Notion ({status}, text/html)", result.Problem);
    }

    [Fact]
    public void What_has_no_content_type_is_called_so() => Assert.StartsWith(
        "not a response from Notion (502, no content type): something between the gateway and Notion responded",
        ProbeRules.Judge(502, null, default).Problem);

    [Theory]
    [InlineData(429, "rate_limited", "Notion answered 429 (rate_limited)")]
    [InlineData(529, "service_overload", "Notion answered 529 (service_overload)")]
    [InlineData(400, "validation_error", "Notion answered 400 (validation_error)")]
    [InlineData(500, "Bad\\u001bCode", "Notion answered 500 (no code)")]
    public void A_no_that_is_about_something_else_is_told_by_its_code(int status, string code, string problem) =>
        Assert.Equal(problem, Judge(status, $$"""{"object":"error","code":"{{code}}"}""").Problem);

    [Fact]
    public void Who_the_token_is_is_taken_where_it_is_said()
    {
        Assert.Equal(new NotionIdentity("b", "w"), Judge(200, """{"object":"user","id":"b","bot":{"workspace_id":"w"}}""").Identity);
        Assert.Equal(new NotionIdentity("b", null), Judge(200, """{"object":"user","id":"b","bot":{"workspace_id":5}}""").Identity);
        Assert.Null(Judge(200, """{"object":"user","id":7,"bot":3}""").Identity);
    }

    private static ProbeResult Judge(int status, string body) => ProbeRules.Judge(status, "text/html", Encoding.UTF8.GetBytes(body));
}
