using Microsoft.AspNetCore.Http;
using NotionGateway.Forwarding;

namespace NotionGateway.UnitTests.Forwarding;

public sealed class RequestHeadersTransformTests
{
    [Fact]
    public void Only_what_is_listed_goes_on()
    {
        var sent = Write(("Accept", "application/json"), ("Notion-Version", "2025-09-03"), ("Notion-Beta", "b"), ("User-Agent", "ua"), ("Cookie", "a"),
            ("X-Other", "1"), ("Authorization", "Bearer key"));
        Assert.Equal(["Accept: application/json", "Notion-Beta: b", "Notion-Version: 2025-09-03", "User-Agent: ua"], sent.Order());
    }

    [Fact]
    public void Version_and_agent_are_added_where_they_are_missing() =>
        Assert.Equal(["Notion-Version: 2022-06-28", $"User-Agent: {RequestHeadersTransform.OwnUserAgent}"], Write().Order());

    [Fact]
    public void An_empty_version_or_agent_counts_as_missing() => Assert.Equal(
        ["Notion-Version: 2022-06-28", $"User-Agent: {RequestHeadersTransform.OwnUserAgent}"], Write(("Notion-Version", ""), ("User-Agent", "")).Order());

    [Theory]
    [InlineData("gzip, br", "gzip, br")]
    [InlineData("zstd, gzip", "gzip")]
    [InlineData("zstd", "identity")]
    public void A_content_coding_that_cannot_be_searched_is_not_asked_for(string accepted, string asked) =>
        Assert.Contains($"Accept-Encoding: {asked}", Write(("Accept-Encoding", accepted)));

    [Theory]
    [InlineData("application/json", 7L, "Content-Length: 7|Content-Type: application/json")]
    [InlineData("multipart/form-data; boundary=x", null, "Content-Type: multipart/form-data; boundary=x")]
    [InlineData(null, 0L, "Content-Length: 0")]
    public void Of_a_bodys_headers_its_type_goes_on_and_its_length_is_our_own(string? type, long? length, string sent)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.ContentLength = 99;
        context.Request.Headers.ContentEncoding = "gzip";
        context.Request.Headers.ContentType = type;
        using var content = new StreamContent(new MemoryStream());
        RequestHeadersTransform.WriteContent(context.Request, content, length);
        Assert.Equal(sent, string.Join('|', content.Headers.NonValidated.Select(header => $"{header.Key}: {header.Value}").Order()));
    }

    private static List<string> Write(params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        foreach (var (name, value) in headers)
        {
            context.Request.Headers.Append(name, value);
        }

        using var message = new HttpRequestMessage();
        RequestHeadersTransform.Write(context.Request, message, "2022-06-28");
        return [.. message.Headers.NonValidated.Select(header => $"{header.Key}: {header.Value}")];
    }
}
