using System.Diagnostics;

namespace NotionGateway.Telemetry;

/// <summary>What is written on a request's span when it has ended.</summary>
internal static class RequestSpanEnd
{
    public static void End(Activity span, in RequestFacts facts, string requestId, string protocol)
    {
        span
            .SetTag("http.response.status_code", facts.Status)
            .SetTag("http.route", facts.Operation?.Template)
            .SetTag("network.protocol.version", HttpProtocol.IsHttp2(protocol) ? "2" : HttpProtocol.IsHttp11(protocol) ? "1.1" : "1.0")
            .SetTag("notion_gateway.caller", facts.CallerName)
            .SetTag("notion_gateway.credential", facts.CredentialText)
            .SetTag("notion_gateway.operation", facts.OperationName)
            .SetTag("notion_gateway.outcome", facts.Outcome.Label())
            .SetTag("notion_gateway.attempts", facts.Attempts)
            .SetTag("notion_gateway.request_id", requestId)
            .SetTag("notion_gateway.reason", facts.Refusal?.Reason.Name);

        // For a server, what the caller did wrong is not its own error.
        if (facts.Status >= 500)
        {
            span.SetTag("error.type", facts.Refusal?.Reason.Name ?? GatewayMeter.StatusLabel(facts.Status)).SetStatus(ActivityStatusCode.Error);
        }

        span.Dispose();
    }
}
