using NotionGateway.Forwarding.Leaks;
using NotionGateway.Notion;

namespace NotionGateway.Forwarding;

/// <summary>Which headers of a caller's request Notion gets: the ones named here and no others.</summary>
internal static class RequestHeadersTransform
{
    private const string AcceptEncoding = "Accept-Encoding";

    public static readonly string OwnUserAgent = $"notion-gateway/{GatewayVersion.Text}";

    /// <summary>The headers that are sent if they are there: as they are, but without content codings that the gateway cannot undo.</summary>
    public static readonly IReadOnlyList<string> Kept = ["Accept", AcceptEncoding, NotionHeaders.Beta];

    public static void Write(HttpRequest from, HttpRequestMessage to, string defaultVersion)
    {
        var headers = from.Headers;
        foreach (var name in Kept)
        {
            var value = Value(headers, name);
            Set(to, name, value is not null && name == AcceptEncoding ? ContentCodings.Readable(value) : value);
        }

        SetOr(to, NotionHeaders.Version, Value(headers, NotionHeaders.Version), defaultVersion);
        SetOr(to, "User-Agent", Value(headers, "User-Agent"), OwnUserAgent);
    }

    /// <summary>With a body in memory the length is known however it came; a streamed one keeps what its caller said.</summary>
    public static void WriteContent(HttpRequest from, HttpContent to, long? length)
    {
        if (Value(from.Headers, "Content-Type") is { } type)
        {
            to.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        to.Headers.ContentLength = length;
    }

    private static void Set(HttpRequestMessage to, string name, string? value)
    {
        if (value is not null)
        {
            to.Headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>An empty value counts as none where there is a default.</summary>
    private static void SetOr(HttpRequestMessage to, string name, string? value, string otherwise) =>
        Set(to, name, string.IsNullOrEmpty(value) ? otherwise : value);

    private static string? Value(IHeaderDictionary headers, string name)
    {
        var values = headers[name];
        return values.Count == 0 ? null : values.ToString();
    }
}
