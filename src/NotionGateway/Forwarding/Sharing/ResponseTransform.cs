using Microsoft.Extensions.Primitives;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.Notion;

namespace NotionGateway.Forwarding.Sharing;

/// <summary>Reads a response off the request that it came for, and gives it to another.</summary>
internal static class ResponseTransform
{
    /// <summary>RFC 9211: what a cache did.</summary>
    private const string CacheStatus = "Cache-Status";

    private const string Timing = "Server-Timing";

    /// <summary>The headers that belong to the response and not to one request.</summary>
    public static IReadOnlyList<KeyValuePair<string, StringValues>> HeadersOf(HttpResponse response) =>
    [
        .. response.Headers.Where(header => !header.Key.Equals(GatewayResponse.RequestIdHeader, StringComparison.OrdinalIgnoreCase)
            && !header.Key.Equals(Timing, StringComparison.OrdinalIgnoreCase)
            && !header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)),
    ];

    /// <summary>Gives a response to a request that another request's permit has served.</summary>
    public static Task WriteJoinedAsync(HttpContext context, Sending sending, WholeResponse from)
    {
        var response = context.Response;
        response.StatusCode = from.Status;
        foreach (var (name, values) in from.Headers)
        {
            response.Headers[name] = values;
        }

        response.ContentLength = from.Body.Length;
        response.Headers[GatewayResponse.RequestIdHeader] = sending.Request.Id;
        response.Headers[Timing] = ServerTiming.Of(sending.Queued, TimeSpan.Zero);
        response.Headers[CacheStatus] = "notion-gateway; fwd=miss; collapsed";
        context.Features.Set(new UpstreamTiming(TimeSpan.Zero, from.Header(NotionHeaders.RequestId)));
        return response.Body.WriteAsync(from.Body, sending.Request.CallerGone).AsTask();
    }
}
