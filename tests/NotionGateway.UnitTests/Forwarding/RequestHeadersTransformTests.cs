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
