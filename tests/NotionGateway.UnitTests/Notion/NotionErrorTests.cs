using System.Text;
using System.Text.Json;
using NotionGateway.Notion;

namespace NotionGateway.UnitTests.Notion;

public sealed class NotionErrorTests
{
    [Fact]
    public void What_matters_is_read_out_of_Notions_shape() => Assert.Equal(
        new NotionError { Message = "Slow down.", RequestId = "their-id", LimitReason = LimitReason.Endpoint, RetryAfter = "7" },
        Parse("""
            {"object":"error","status":429,"code":"rate_limited","message":"Slow down.","request_id":"their-id",
             "additional_data":{"rate_limit_reason":"public_api_endpoint_rate_limit","retry_after":"7","more":{}}}
            """));

    [Theory]
    [InlineData("7")]
    [InlineData("\"7\"")]
    [InlineData("[\"7\",\"8\"]")]
    [InlineData("[[7]]")]
    public void A_value_may_be_a_text_a_number_or_the_first_of_a_list(string value) =>
        Assert.Equal("7", Parse($$$"""{"additional_data":{"retry_after":{{{value}}}}}""").RetryAfter);

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[{}]")]
    public void A_value_of_another_kind_is_none(string value) =>
        Assert.Equal(NotionError.Unknown, Parse($$$"""{"message":{{{value}}},"additional_data":{"retry_after":{{{value}}}}}"""));

    [Theory]
    [InlineData("")]
    [InlineData("<html>blocked</html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("{\"message\":\"cut o")]
    [InlineData("{\"message\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"additional_data\":[]}")]
    [InlineData("{\"additional_data\":\"x\"}")]
    public void What_is_not_in_Notions_shape_says_nothing(string body) => Assert.Equal(NotionError.Unknown, Parse(body));

    [Fact]
    public void What_is_not_UTF8_says_nothing() =>
        Assert.Equal(NotionError.Unknown, NotionError.Parse(Encoding.Latin1.GetBytes("{\"message\":\"\u00ea\"}")));

    [Theory]
    [InlineData("""{"committed_resource_id":"page"}""", true)]
    [InlineData("""{"retry_guidance":{"after":1}}""", true)]
    [InlineData("""{"retry_guidance":"do not repeat"}""", true)]
    [InlineData("""{"committed_resource_id":null,"retry_guidance":null}""", false)]
    [InlineData("""{"rate_limit_reason":"x"}""", false)]
    public void Guidance_is_what_Notion_has_saved_or_how_to_go_on(string more, bool has) =>
        Assert.Equal(has, Parse($$"""{"additional_data":{{more}}}""").HasGuidance);

    [Theory]
    [InlineData(400, "validation_error")]
    [InlineData(401, "unauthorized")]
    [InlineData(403, "restricted_resource")]
    [InlineData(404, "object_not_found")]
    [InlineData(405, "invalid_request")]
    [InlineData(409, "conflict_error")]
    [InlineData(413, "invalid_request")]
    [InlineData(429, "rate_limited")]
    [InlineData(499, "invalid_request")]
    [InlineData(500, "internal_server_error")]
    [InlineData(501, "internal_server_error")]
    [InlineData(502, "service_unavailable")]
    [InlineData(503, "service_unavailable")]
    [InlineData(504, "service_unavailable")]
    [InlineData(529, "service_unavailable")]
    public void Every_status_has_a_code_that_every_SDK_knows(int status, string code) => Assert.Equal(code, NotionError.CodeOf(status));

    [Fact]
    public void An_error_of_our_own_has_Notions_shape()
    {
        using var json = JsonDocument.Parse(NotionError.Write(404, "It says \"no\".", "our-id"));
        Assert.Equal(
            ["object=error", "status=404", "code=object_not_found", "message=It says \"no\".", "request_id=our-id"],
            json.RootElement.EnumerateObject().Select(member => $"{member.Name}={member.Value}"));
    }

    private static NotionError Parse(string body) => NotionError.Parse(Encoding.UTF8.GetBytes(body));
}
