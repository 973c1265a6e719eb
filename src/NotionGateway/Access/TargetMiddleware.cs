using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using NotionGateway.Access.Targets;
using NotionGateway.Notion;

namespace NotionGateway.Access;

/// <summary>Checks the head and the raw target before authentication: what is not well formed goes no further.</summary>
internal sealed class TargetMiddleware(RequestDelegate next, Reloadable<AccessRules> rules)
{
    /// <summary>Kestrel gives a length beside a transfer coding this name.</summary>
    private const string LengthBesideCoding = "X-Content-Length";

    private static readonly string[] ConnectionFields = ["Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade"];

    private static readonly string[] SingleFields = ["Content-Type", NotionHeaders.Version, NotionHeaders.Beta, AccessHeaders.Credential];

    public Task InvokeAsync(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (AccessOrder.Read(rules.Current, ReadHead(context.Request), raw, out var reading) is { } malformed)
        {
            return context.RefuseAsync(malformed);
        }

        context.Features.Set(reading);

        // An offer to change the protocol may be ignored (RFC 9110, 7.8); the forwarder would accept one of a web socket.
        context.Request.Headers.Remove(HeaderNames.Upgrade);
        return next(context);
    }

    /// <summary>The head as the rules want it; other listeners ask the same of theirs.</summary>
    public static RequestHead ReadHead(HttpRequest request)
    {
        var headers = request.Headers;
        var body = request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>();
        return new RequestHead
        {
            Method = request.Method,
            IsMultiplexed = !HttpProtocol.IsHttp11(request.Protocol) && !HttpProtocol.IsHttp10(request.Protocol),
            AuthorizationCount = headers.Authorization.Count,
            IsHttp10 = HttpProtocol.IsHttp10(request.Protocol),
            TransferCoding = headers.TransferEncoding.Count == 0 ? null : headers.TransferEncoding.ToString(),
            Expect = StringValues.IsNullOrEmpty(headers.Expect) ? null : headers.Expect.ToString(),
            HasLengthAndCoding = headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey(LengthBesideCoding)),
            HasConnectionFields = Array.Exists(ConnectionFields, headers.ContainsKey),
            HasBody = body is { CanHaveBody: true } && request.ContentLength != 0,
            HasTinyBody = request.ContentLength is > 0 and <= RequestHead.LongestEmptyBody && headers.TransferEncoding.Count == 0,
            HasContentEncoding = !StringValues.IsNullOrEmpty(headers.ContentEncoding),
            Repeated = Array.Find(SingleFields, name => headers[name].Count > 1),
            Unclean = UncleanOf(headers),
        };
    }

    private static string? UncleanOf(IHeaderDictionary headers)
    {
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                if (!HeaderRules.IsCleanValue(value) && AccessHeaders.Used.TryGetValue(name, out var used))
                {
                    return used;
                }
            }
        }

        return null;
    }
}
