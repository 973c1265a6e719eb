using NotionGateway.Access;
using NotionGateway.Bodies;
using NotionGateway.Caching.Store;
using NotionGateway.Notion;

namespace NotionGateway.Caching;

/// <summary>Finds the keys of requests.</summary>
internal sealed class KeyTransform(Reloadable<CachingOptions> options, string defaultVersion)
{
    /// <summary>The longest body that is compared while others wait for the queue's lock; queries are far shorter.</summary>
    public const int LongestBody = 16 * 1024;

    private const string Accept = "Accept";

    /// <summary>The key by which a waiting request may share a response; null if it must have its own.</summary>
    public object? OfWaiting(object request)
    {
        var context = (HttpContext)request;
        var body = context.RequestBody();
        return options.Current.Coalesce == Coalescing.Queued
            && context.Admission().Operation is { Reads: true, Repeatable: true }
            && body.Mode == RequestMode.Whole
            && body.Length <= LongestBody
                ? Of(context, body, Text(context.Request.Headers, Accept), Text(context.Request.Headers, "Accept-Encoding"))
                : null;
    }

    /// <summary>The key by which a response is stored; null if the request may get something else than JSON without a coding.</summary>
    public CacheKey? OfStored(HttpContext context, RequestBody body) =>
        body.Mode == RequestMode.Whole && AcceptsJson(Text(context.Request.Headers, Accept)) ? Of(context, body, "json", "identity") : null;

    /// <summary>Everything that Notion gets of a request, except its token and its caller's user agent.</summary>
    private CacheKey Of(HttpContext context, RequestBody body, string? accept, string? encoding)
    {
        var admission = context.Admission();
        var headers = context.Request.Headers;
        var version = Text(headers, NotionHeaders.Version);
        return CacheKey.Of(
            body.Buffered is { } buffered ? buffered.Bytes : [],
            admission.Operation.Method,
            admission.Target.ToString(),
            string.IsNullOrEmpty(version) ? defaultVersion : version,
            Text(headers, NotionHeaders.Beta),
            accept,
            encoding,
            Text(headers, "Content-Type"));
    }

    private static bool AcceptsJson(string? accept) =>
        string.IsNullOrWhiteSpace(accept)
        || accept.Contains("*/*", StringComparison.Ordinal)
        || accept.Contains("application/json", StringComparison.OrdinalIgnoreCase);

    private static string? Text(IHeaderDictionary headers, string name) => headers.TryGetValue(name, out var values) ? values.ToString() : null;
}
