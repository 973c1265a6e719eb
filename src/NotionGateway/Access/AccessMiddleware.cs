using System.Text;
using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Notion;

namespace NotionGateway.Access;

/// <summary>
/// The first stage: carries the head and the raw target to the rules, and their answer into <see cref="GatewayRequest"/>.
/// Until it has let a request through, nothing behind it is touched.
/// </summary>
internal sealed class AccessMiddleware(RequestDelegate next, Live<AccessRules> rules, AccessMetrics metrics)
{
    /// <summary>Kestrel gives a length that stands beside a transfer coding this name.</summary>
    private const string LengthBesideCoding = "X-Content-Length";

    private static readonly string[] ConnectionFields = ["Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding"];

    private static readonly string[] SingleFields = ["Content-Type", NotionHeaders.Version, NotionHeaders.Beta, AccessHeaders.Credential];

    public Task InvokeAsync(HttpContext context) => Judge(context, context.GatewayRequest()) is { } refusal ? context.RefuseAsync(refusal) : next(context);

    private Refusal? Judge(HttpContext context, GatewayRequest request)
    {
        var current = rules.Current;
        var headers = context.Request.Headers;
        if (HeaderRules.Check(ReadHead(context.Request)) is { } badHead)
        {
            return badHead;
        }

        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (TargetGuard.Check(raw, current.Operations, out var target) is { } badTarget)
        {
            return badTarget;
        }

        target = current.QueryTokens.Strip(target, out var found);
        var stranger = current.Authenticate(headers.Authorization, out var caller);
        var rejected = found > 0 && stranger is null && current.QueryTokens.Action == QueryTokenAction.Reject;
        request.Caller = caller;
        metrics.QueryTokens(found, caller, rejected);
        if (stranger is not null)
        {
            return stranger;
        }

        if (rejected)
        {
            return AccessRules.RejectedQueryToken;
        }

        var chosen = headers[AccessHeaders.Credential];
        var refusal = current.Authorize(
            caller!, context.Request.Method, target, chosen.Count == 0 ? null : chosen.ToString(), out var operation, out var credential);
        request.Target = target;
        request.Operation = operation;
        request.Credential = operation is null ? null : credential;
        return refusal;
    }

    private static RequestHead ReadHead(HttpRequest request)
    {
        var headers = request.Headers;
        var body = request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>();
        return new RequestHead
        {
            Method = request.Method,
            IsMultiplexed = !HttpProtocol.IsHttp11(request.Protocol) && !HttpProtocol.IsHttp10(request.Protocol),
            AuthorizationCount = headers.Authorization.Count,
            AsksForUpgrade = headers.Upgrade.Count > 0,
            Expect = headers.Expect.Count == 0 ? null : headers.Expect.ToString(),
            HasLengthAndCoding = headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey(LengthBesideCoding)),
            HasConnectionFields = Array.Exists(ConnectionFields, headers.ContainsKey),
            HasBody = body is { CanHaveBody: true } && request.ContentLength != 0,
            HasContentEncoding = headers.ContentEncoding.Count > 0,
            Repeated = Array.Find(SingleFields, name => headers[name].Count > 1),
            HasForeignCharacters = HasForeignCharacters(headers),
        };
    }

    private static bool HasForeignCharacters(IHeaderDictionary headers)
    {
        foreach (var (_, values) in headers)
        {
            foreach (var value in values)
            {
                if (!Ascii.IsValid(value))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
