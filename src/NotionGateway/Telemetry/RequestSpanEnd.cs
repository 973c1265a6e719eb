using System.Diagnostics;
using NotionGateway.Access;

namespace NotionGateway.Telemetry;

/// <summary>What is written on a request's span when it has ended.</summary>
internal static class RequestSpanEnd
{
    public static void End(Activity span, GatewayRequest request, RequestOutcome outcome, int status, string protocol)
    {
        span
            .SetTag("http.response.status_code", status)
            .SetTag("http.route", request.Operation?.Template)
            .SetTag("network.protocol.version", HttpProtocol.IsHttp2(protocol) ? "2" : HttpProtocol.IsHttp11(protocol) ? "1.1" : "1.0")
            .SetTag("notion_gateway.caller", request.Caller?.Name ?? Caller.Unknown)
            .SetTag("notion_gateway.credential", request.Credential?.Value ?? RequestMetrics.NoCredential)
            .SetTag("notion_gateway.operation", request.Operation?.Name ?? RequestMetrics.Unlisted)
            .SetTag("notion_gateway.outcome", outcome.Label())
            .SetTag("notion_gateway.attempts", request.Attempts)
            .SetTag("notion_gateway.request_id", request.Id)
            .SetTag("notion_gateway.reason", request.Refusal?.Reason.Name);

        // For a server, what the caller did wrong is not its own error.
        if (status >= 500)
        {
            span.SetTag("error.type", request.Refusal?.Reason.Name ?? GatewayMeter.StatusLabel(status)).SetStatus(ActivityStatusCode.Error);
        }

        span.Dispose();
    }
}
