using System.Globalization;
using Microsoft.Extensions.Primitives;
using NotionSandbox.Ids;

namespace NotionSandbox.Responses;

/// <summary>The headers that real responses have: those of the application, and those of the edge in front of it.</summary>
internal static class ResponseHead
{
    private static readonly StringValues Vary = "Accept-Encoding";
    private static readonly StringValues PoweredBy = "Express";
    private static readonly StringValues Server = "cloudflare";
    private static readonly StringValues Dynamic = "DYNAMIC";

    private const string CookieScope = "path=/; domain=.notion.com; HttpOnly; Secure; SameSite=None";

    public static void Fill(IHeaderDictionary headers, SandboxResponse answer, string requestId, DateTimeOffset now)
    {
        headers.ContentType = answer.ContentType;
        headers.Server = Server;
        headers["cf-ray"] = string.Concat(requestId.AsSpan(0, 8), requestId.AsSpan(24, 8), "-FRA");
        headers["cf-cache-status"] = Dynamic;
        headers.SetCookie = Cookie(requestId, now);
        headers.Vary = Vary;
        if (answer is not HtmlResponse)
        {
            headers["x-notion-request-id"] = requestId;
            headers.XPoweredBy = PoweredBy;
        }

        foreach (var extra in answer.Headers)
        {
            headers.Append(extra.Key, extra.Value);
        }
    }

    /// <summary>A weak tag, as Express makes them: length and a hash of the body.</summary>
    public static string ETag(ReadOnlySpan<byte> body) => $"W/\"{body.Length:x}-{Fingerprint.Of(body):x16}\"";

    private static string Cookie(string requestId, DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"_cfuvid={requestId}-{now.ToUnixTimeMilliseconds()}-0.0.1.1-604800000; {CookieScope}");
}
