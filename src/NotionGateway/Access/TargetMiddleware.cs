using System.Text;
using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Notion;

namespace NotionGateway.Access;

/// <summary>Looks at the head and the raw target before anybody is asked who they are: what is not well formed goes no further.</summary>
internal sealed class TargetMiddleware(RequestDelegate next, Live<AccessRules> rules)
{
    /// <summary>Kestrel gives a length that stands beside a transfer coding this name.</summary>
    private const string LengthBesideCoding = "X-Content-Length";

    private static readonly string[] ConnectionFields = ["Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding"];

    private static readonly string[] SingleFields = ["Content-Type", NotionHeaders.Version, NotionHeaders.Beta, AccessHeaders.Credential];

    public Task InvokeAsync(HttpContext context) => Judge(context, context.GatewayRequest()) is { } refusal ? context.RefuseAsync(refusal) : next(context);

    private Refusal? Judge(HttpContext context, GatewayRequest request)
    {
        var current = rules.Current;
        if (HeaderRules.Check(ReadHead(context.Request)) is { } badHead)
        {
            return badHead;
        }

        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (TargetGuard.Check(raw, current.Operations, out var target) is { } badTarget)
        {
            return badTarget;
        }

        request.Target = current.QueryTokens.Strip(target, out var found);
        request.QueryTokens = found;
        return null;
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
