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

    /// <summary>The most that is written at once: the server copies all of it, however slowly its reader reads.</summary>
    private const int Piece = 32 * 1024;

    /// <summary>How long a reader may take for a response that is in memory: it holds the memory for so long.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

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
    /// <param name="time">Counts how long its reader takes.</param>
    /// <param name="detail">Why it is given although it is too old; null if it is not.</param>
    public static Task WriteStoredAsync(HttpContext context, in StoredResponse stored, TimeProvider time, string? detail = null)
    {
        context.Response.Headers.Age = Seconds(stored.Age).ToString(CultureInfo.InvariantCulture);
        var status = string.Create(CultureInfo.InvariantCulture, $"notion-gateway; hit; ttl={Seconds(stored.GoodFor)}");
        return WriteAsync(context, stored.Response, detail is null ? status : $"{status}; detail={detail}", time);
    }

    /// <summary>Gives the response to another request.</summary>
    public static Task WriteAsync(HttpContext context, WholeResponse from, string cacheStatus, TimeProvider time)
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
        return WriteBodyAsync(context, from.Body, time, request.CallerGone);
    }

    /// <summary>Gives a body that is in memory as fast as its reader takes it. Who takes too long is cut off.</summary>
    public static async Task WriteBodyAsync(HttpContext context, ReadOnlyMemory<byte> body, TimeProvider time, CancellationToken callerGone)
    {
        if (body.Length <= Piece)
        {
            await context.Response.Body.WriteAsync(body, callerGone);
            return;
        }

        using var tooLong = new CancellationTokenSource(Longest, time);
        await using var end = tooLong.Token.UnsafeRegister(static state => ((HttpContext?)state)?.Abort(), context);
        await WriteInPiecesAsync(context.Response.Body, body, callerGone);
    }

    /// <summary>Writes no more at once than the server may copy for a reader that does not read.</summary>
    public static async ValueTask WriteInPiecesAsync(Stream to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        for (var at = 0; at < bytes.Length; at += Piece)
        {
            await to.WriteAsync(bytes.Slice(at, Math.Min(Piece, bytes.Length - at)), cancellationToken);
        }
    }

    private static long Seconds(TimeSpan time) => (long)Math.Floor(time.TotalSeconds);
}
