using Microsoft.AspNetCore.Http;
using NotionGateway.Forwarding;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Forwarding;

public sealed class ResponseHeadersTransformTests
{
    [Theory]
    [InlineData("Cache-Control")]
    [InlineData("ETag")]
    [InlineData("Vary")]
    [InlineData("Date")]
    [InlineData("X-Notion-Request-Id")]
    [InlineData("CF-Ray")]
    [InlineData("Content-Type")]
    [InlineData("Content-Length")]
    [InlineData("Content-Encoding")]
    [InlineData("Content-Language")]
    [InlineData("Content-Range")]
    [InlineData("Content-Disposition")]
    public void What_a_caller_needs_is_handed_back(string name) => Assert.Equal("1", Copied(name)[name].ToString());

    [Theory]
    [InlineData("Set-Cookie")]
    [InlineData("Location")]
    [InlineData("Content-Location")]
    [InlineData("Server")]
    [InlineData("Strict-Transport-Security")]
    [InlineData("Access-Control-Allow-Origin")]
    [InlineData("Retry-After")]
    [InlineData("Connection")]
    [InlineData("X-Anything")]
    public void Nothing_else_is(string name) => Assert.Empty(Copied(name));

    [Fact]
    public void A_header_that_comes_twice_goes_out_twice()
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Vary", ["a", "b"]);
        var to = new HeaderDictionary();
        ResponseHeadersTransform.Copy(response.Headers, to);
        Assert.Equal(["a", "b"], to["Vary"].ToArray());
    }

    [Theory]
    [InlineData("0f0f-AZ_9", true)]
    [InlineData("", true)]
    [InlineData("a b", false)]
    [InlineData("<script>", false)]
    [InlineData("é", false)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", false)]
    public void An_id_of_Notions_is_believed_only_in_the_form_of_one(string id, bool isOne)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("x-notion-request-id", id);
        Assert.Equal(isOne ? id : null, ResponseHeadersTransform.RequestId(response.Headers));
    }

    [Fact]
    public void The_token_is_found_in_any_header_even_one_that_is_dropped()
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("X-Echo", ["harmless", $"Bearer {The.NotionToken}"]);
        Assert.True(ResponseHeadersTransform.HoldToken(response.Headers, Some.Token().Matcher));
        Assert.False(ResponseHeadersTransform.HoldToken(response.Headers, Some.Token(The.OtherToken).Matcher));

        using var named = new HttpResponseMessage();
        named.Headers.TryAddWithoutValidation($"X-{The.NotionToken}", "1");
        Assert.True(ResponseHeadersTransform.HoldToken(named.Headers, Some.Token().Matcher));
    }

    private static HeaderDictionary Copied(string name)
    {
        using var response = new HttpResponseMessage { Content = new ByteArrayContent([]) };
        var isContent = name.StartsWith("Content-", StringComparison.Ordinal);
        var added = isContent ? response.Content.Headers.TryAddWithoutValidation(name, "1") : response.Headers.TryAddWithoutValidation(name, "1");
        Assert.True(added);
        var to = new HeaderDictionary();
        ResponseHeadersTransform.Copy(response.Headers, to);
        ResponseHeadersTransform.Copy(response.Content.Headers, to);
        return to;
    }
}
