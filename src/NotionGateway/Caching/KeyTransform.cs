using NotionGateway.Access;
using NotionGateway.Bodies;
using NotionGateway.Notion;

namespace NotionGateway.Caching;

/// <summary>Finds the keys of requests.</summary>
internal sealed class KeyTransform(Reloadable<CachingOptions> options, string defaultVersion)
{
    /// <summary>The longest body that is compared while others wait for the queue's lock; queries are far shorter.</summary>
    public const int LongestBody = 16 * 1024;

    /// <summary>The key by which a waiting request may share a response; null if it must have its own.</summary>
    public object? OfWaiting(object request)
    {
        var context = (HttpContext)request;
        var body = context.RequestBody();
        return options.Current.Coalesce == Coalescing.Queued
            && context.Admission().Operation is { Reads: true, Repeatable: true }
            && body.Mode == RequestMode.Whole
            && body.Length <= LongestBody
                ? Of(context, body)
                : null;
    }

    /// <summary>Everything that Notion gets of a request, except its token and its caller's user agent.</summary>
    private CacheKey Of(HttpContext context, RequestBody body)
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
            Text(headers, "Accept"),
            Text(headers, "Accept-Encoding"),
            Text(headers, "Content-Type"));
    }

    private static string? Text(IHeaderDictionary headers, string name) => headers.TryGetValue(name, out var values) ? values.ToString() : null;
}
