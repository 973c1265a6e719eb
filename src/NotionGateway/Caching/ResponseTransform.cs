using System.Globalization;
using Microsoft.Extensions.Primitives;
using NotionGateway.Notion;

namespace NotionGateway.Caching;

/// <summary>Reads a response off the request that it came for, and gives it to another.</summary>
internal static class ResponseTransform
{
    /// <summary>The header of a request that another request's permit has served (RFC 9211).</summary>
    public const string Collapsed = "notion-gateway; fwd=miss; collapsed";

    public const string Timing = "Server-Timing";

    private const string CacheStatus = "Cache-Status";

    /// <summary>The headers that belong to the response and not to one request.</summary>
    public static IReadOnlyList<KeyValuePair<string, StringValues>> HeadersOf(HttpResponse response) =>
    [
        .. response.Headers.Where(header => !header.Key.Equals(GatewayResponse.RequestIdHeader, StringComparison.OrdinalIgnoreCase)
            && !header.Key.Equals(Timing, StringComparison.OrdinalIgnoreCase)
            && !header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)),
    ];

    /// <summary>Says why Notion was asked, and whether the response was stored.</summary>
    public static void Mark(HttpContext context, string forwarded, bool stored) =>
        context.Response.Headers[CacheStatus] = $"notion-gateway; fwd={forwarded}{(stored ? "; stored" : "")}";

    /// <summary>Gives a stored response.</summary>
    /// <param name="context">The request that gets it.</param>
    /// <param name="stored">The response.</param>
    /// <param name="detail">Why it is given although it is too old; null if it is not.</param>
    public static Task WriteStoredAsync(HttpContext context, in StoredResponse stored, string? detail = null)
    {
        context.Response.Headers.Age = Seconds(stored.Age).ToString(CultureInfo.InvariantCulture);
        var status = string.Create(CultureInfo.InvariantCulture, $"notion-gateway; hit; ttl={Seconds(stored.GoodFor)}");
        return WriteAsync(context, stored.Response, detail is null ? status : $"{status}; detail={detail}");
    }

    /// <summary>Gives the response to another request.</summary>
    public static Task WriteAsync(HttpContext context, WholeResponse from, string cacheStatus)
    {
        var request = context.GatewayRequest();
        var response = context.Response;
        response.StatusCode = from.Status;
        foreach (var (name, values) in from.Headers)
        {
            response.Headers[name] = values;
        }

        response.ContentLength = from.Body.Length;
        response.Headers[GatewayResponse.RequestIdHeader] = request.Id;
        response.Headers[CacheStatus] = cacheStatus;
        return response.Body.WriteAsync(from.Body, request.CallerGone).AsTask();
    }

    private static long Seconds(TimeSpan time) => (long)Math.Floor(time.TotalSeconds);
}
