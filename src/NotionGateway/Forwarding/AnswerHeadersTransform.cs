using System.Collections.Frozen;
using System.Globalization;
using System.Net.Http.Headers;
using NotionGateway.Credentials;
using NotionGateway.Notion;

namespace NotionGateway.Forwarding;

/// <summary>Which headers of Notion's answer a caller gets. Never a cookie, a redirect's target or a word about servers.</summary>
internal static class AnswerHeadersTransform
{
    private static readonly FrozenSet<string> Allowed = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "Cache-Control", "ETag", "Vary", "Date", NotionHeaders.RequestId, "cf-ray");

    public static void Copy(HttpResponseHeaders answer, HttpContentHeaders content, IHeaderDictionary to, DateTimeOffset now)
    {
        foreach (var (name, values) in answer.NonValidated)
        {
            if (name.Equals("Retry-After", StringComparison.OrdinalIgnoreCase))
            {
                // Several SDKs read whole seconds only; what is neither seconds nor a date is of no use to any.
                to.RetryAfter = RetryAfter.Seconds(values.ToString(), now)?.ToString(CultureInfo.InvariantCulture);
            }
            else if (Allowed.Contains(name))
            {
                to.Append(name, Values(values));
            }
        }

        foreach (var (name, values) in content.NonValidated)
        {
            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
            {
                to.Append(name, Values(values));
            }
        }
    }

    /// <summary>A header as it came, several joined; null if there is none.</summary>
    public static string? Value(HttpHeaders headers, string name) => headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    /// <summary>Whether the token stands in any header, of those that would be dropped too: it should not be there at all.</summary>
    public static bool HoldToken(HttpHeaders headers, TokenNeedle needle)
    {
        foreach (var (name, values) in headers.NonValidated)
        {
            if (needle.IsIn(name))
            {
                return true;
            }

            foreach (var value in values)
            {
                if (needle.IsIn(value))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static Microsoft.Extensions.Primitives.StringValues Values(HeaderStringValues values) => values.Count == 1 ? values.ToString() : values.ToArray();
}
