using System.Collections.Frozen;
using System.Net.Http.Headers;
using NotionGateway.Credentials.Sources;
using NotionGateway.Notion;

namespace NotionGateway.Forwarding;

/// <summary>Which headers of Notion's response a caller gets. Never a cookie, a redirect's target or server information.</summary>
internal static class ResponseHeadersTransform
{
    private static readonly FrozenSet<string> Allowed = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Cache-Control",
        "ETag",
        "Vary",
        "Date",
        NotionHeaders.RequestId,
        "cf-ray",
        "Content-Type",
        "Content-Length",
        "Content-Encoding",
        "Content-Language",
        "Content-Range",
        "Content-Disposition");

    public static void Copy(HttpHeaders response, IHeaderDictionary to)
    {
        foreach (var (name, values) in response.NonValidated)
        {
            if (Allowed.Contains(name))
            {
                to.Append(name, Values(values));
            }
        }
    }

    /// <summary>A header as it came, several joined; null if there is none.</summary>
    public static string? Value(HttpHeaders headers, string name) => headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    /// <summary>Notion's id of the request. It is the upstream's text: null unless it could be an id.</summary>
    public static string? RequestId(HttpHeaders headers) =>
        Value(headers, NotionHeaders.RequestId) is { Length: <= 64 } id && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
            ? id
            : null;

    /// <summary>Whether any header contains the token, even one that would be dropped: it should not be there at all.</summary>
    public static bool HoldToken(HttpHeaders headers, TokenMatcher matcher)
    {
        foreach (var (name, values) in headers.NonValidated)
        {
            if (matcher.IsIn(name))
            {
                return true;
            }

            foreach (var value in values)
            {
                if (matcher.IsIn(value))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static Microsoft.Extensions.Primitives.StringValues Values(HeaderStringValues values) => values.Count == 1 ? values.ToString() : values.ToArray();
}
