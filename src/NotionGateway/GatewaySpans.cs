using System.Diagnostics;
using NotionGateway.Notion;

namespace NotionGateway;

/// <summary>
/// The spans of a request: one for the whole of it, one for each wait for a permit, one for each sending. Names and
/// attributes follow OpenTelemetry's HTTP conventions; no raw address, key or token is among them.
/// </summary>
internal sealed class GatewaySpans : IDisposable
{
    private readonly ActivitySource _source = new(GatewayMeter.Name);

    /// <summary>
    /// The span of a request that began at that time; without an activity if nobody listens, or if the sampler says no and there is no trace
    /// that it belongs to.
    /// </summary>
    /// <param name="operation">What is asked for, if that is known.</param>
    /// <param name="method">Its method, from a closed set.</param>
    /// <param name="startedAt">Its beginning.</param>
    /// <param name="parent">The caller's own span; only where the caller is known.</param>
    public RequestSpan StartRequest(NotionOperation? operation, string method, DateTimeOffset startedAt, ActivityContext parent)
    {
        if (!_source.HasListeners())
        {
            return default;
        }

        // The framework has created its own activity from the caller's headers; ours has no other parent than it is given.
        Activity.Current = null;
        var span = _source.CreateActivity(operation?.Span ?? method, ActivityKind.Server, parent);
        var isUnsampled = span is { Recorded: false };
        if (isUnsampled && parent == default)
        {
            // Not even started: its id would never be seen, and most requests take this path.
            return new RequestSpan(null, isUnsampled);
        }

        return new RequestSpan(span?.SetStartTime(startedAt.UtcDateTime).SetTag("http.request.method", method).Start(), isUnsampled);
    }

    public Activity? StartWait(RequestSpan request) =>
        request.Activity is not { IsAllDataRequested: true } span ? null : _source.StartActivity("queue", ActivityKind.Internal, span.Context);

    public Activity? StartAttempt(RequestSpan request, NotionOperation operation, int number, Uri upstream)
    {
        if (request.Activity is not { IsAllDataRequested: true } whole)
        {
            return null;
        }

        return _source.StartActivity(operation.Span, ActivityKind.Client, whole.Context)?
            .SetTag("http.request.method", operation.Method)
            .SetTag("url.template", operation.Template)
            .SetTag("server.address", upstream.Host)
            .SetTag("server.port", upstream.Port)
            .SetTag("http.request.resend_count", number > 1 ? number - 1 : null)
            .SetTag("notion_gateway.attempt", number);
    }

    public void Dispose() => _source.Dispose();
}

/// <summary>The span of a whole request.</summary>
/// <param name="Activity">The span itself; null where the request is not traced.</param>
/// <param name="IsUnsampled">Whether requests are traced, but not this one.</param>
internal readonly record struct RequestSpan(Activity? Activity, bool IsUnsampled);
