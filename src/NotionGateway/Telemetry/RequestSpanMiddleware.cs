using System.Diagnostics;
using NotionGateway.Access;

namespace NotionGateway.Telemetry;

/// <summary>
/// Opens the span of a request right after the caller is known: only then may its <c>traceparent</c> become the parent.
/// Otherwise anybody could write into other people's traces.
/// </summary>
internal sealed class RequestSpanMiddleware(RequestDelegate next, GatewaySpans spans, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.GatewayRequest();
        var headers = context.Request.Headers;
        var parent = headers.TraceParent.Count == 1 && ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var remote)
            ? remote
            : default;
        var startedAt = time.GetUtcNow() - time.GetElapsedTime(request.StartedAt);
        request.Span = spans.StartRequest(context.Admission().Operation, context.Request.Method, startedAt, parent);
        return next(context);
    }
}
