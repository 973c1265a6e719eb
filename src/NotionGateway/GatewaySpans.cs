using System.Diagnostics;
using NotionGateway.FlowControl.Attempts;

namespace NotionGateway;

/// <summary>
/// The spans of a request: one for the whole of it, one for each wait for a permit, one for each sending. Names and
/// attributes follow OpenTelemetry's HTTP conventions; no raw address, key or token is among them.
/// </summary>
internal sealed class GatewaySpans : IDisposable
{
    private readonly ActivitySource _source = new(GatewayMeter.Name);

    /// <summary>The span of a request that began at that time; null where nobody listens, or where the sampler says no and there is no trace to belong to.</summary>
    /// <param name="request">The request, as far as it has come.</param>
    /// <param name="method">Its method, from a closed set.</param>
    /// <param name="startedAt">Its beginning.</param>
    /// <param name="parent">The caller's own span; only where the caller is known.</param>
    public Activity? StartRequest(GatewayRequest request, string method, DateTimeOffset startedAt, ActivityContext parent)
    {
        if (!_source.HasListeners())
        {
            return null;
        }

        // The framework has made an activity of its own from whatever the caller sent; ours has no other parent than it is given.
        Activity.Current = null;
        var span = _source.CreateActivity(request.Operation?.Span ?? method, ActivityKind.Server, parent);
        request.IsUnsampled = span is { Recorded: false };
        if (request.IsUnsampled && parent == default)
        {
            // Not even begun: nobody would ever see its id, and most requests go this way.
            return null;
        }

        return span?.SetStartTime(startedAt.UtcDateTime).SetTag("http.request.method", method).Start();
    }

    public Activity? StartWait(GatewayRequest request) =>
        request.Span is not { IsAllDataRequested: true } ? null : _source.StartActivity("queue", ActivityKind.Internal, request.Span.Context);

    public Activity? StartAttempt(GatewayRequest request, Attempt attempt, Uri upstream)
    {
        if (request.Span is not { IsAllDataRequested: true })
        {
            return null;
        }

        var operation = request.Operation!;
        var span = _source.StartActivity(operation.Span, ActivityKind.Client, request.Span.Context);
        return span?
            .SetTag("http.request.method", operation.Method)
            .SetTag("url.template", operation.Template)
            .SetTag("server.address", upstream.Host)
            .SetTag("server.port", upstream.Port)
            .SetTag("http.request.resend_count", attempt.Number > 1 ? attempt.Number - 1 : null)
            .SetTag("notion_gateway.attempt", attempt.Number);
    }

    public void Dispose() => _source.Dispose();
}
