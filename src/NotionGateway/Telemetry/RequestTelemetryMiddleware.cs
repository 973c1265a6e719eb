using System.Diagnostics;
using NotionGateway.Bodies;
using NotionGateway.Telemetry.Lines;

namespace NotionGateway.Telemetry;

/// <summary>Wraps all stages: opens the record of a request, and when it has ended counts it and writes its lines.</summary>
internal sealed class RequestTelemetryMiddleware(
    RequestDelegate next,
    RequestMetrics metrics,
    GatewaySpans spans,
    AnonymousLogLimiter strangers,
    DenialLogLimit denials,
    IEnumerable<RequestEnded> listeners,
    TelemetryOptions options,
    TimeProvider time,
    Random random,
    ILogger<RequestTelemetryMiddleware> log,
    ILogger<UnsampledRequests> unsampled)
{
    private static readonly Refusal Unforeseen = new(
        RefusalReason.InternalError, "Internal error in the gateway. Report the request_id to its operator.");

    private readonly RequestEnded[] _listeners = [.. listeners];

    public async Task InvokeAsync(HttpContext context)
    {
        var request = new GatewayRequest(RequestId.New(random), time.GetTimestamp(), context.RequestAborted);
        context.Features.Set(request);
        metrics.Began();
        try
        {
            await next(context);
        }
        catch (Exception exception) when (context.HasHungUp() && exception is OperationCanceledException or IOException)
        {
            // Nobody is left to respond to.
        }
        catch (Exception exception)
        {
            await context.RefuseAsync(Unforeseen with { Defect = exception });
        }
        finally
        {
            Note(context, request);
        }
    }

    private void Note(HttpContext context, GatewayRequest request)
    {
        var elapsed = time.GetElapsedTime(request.StartedAt);
        var facts = RequestFacts.Of(context);
        metrics.Ended(facts, elapsed);
        foreach (var listener in _listeners)
        {
            listener(facts, request.Id, elapsed);
        }

        var isWritten = MayWrite(facts, out var leftOut);

        // A request that went no further than Access has no span yet: it gets one now, with no parent, unless its lines are left out.
        var span = request.Span;
        if (span.Activity is null && isWritten && !span.IsUnsampled)
        {
            span = spans.StartRequest(facts.Operation, MethodLabel(context.Request.Method), time.GetUtcNow() - elapsed, parent: default);
        }

        Activity.Current = span.Activity;
        if (isWritten)
        {
            CallerTrace.Current = facts.Trace;
            WriteLines(facts, MethodLabel(context.Request.Method), request, span.IsUnsampled, elapsed, leftOut);
            CallerTrace.Current = default;
        }

        if (span.Activity is { IsAllDataRequested: false } unseen)
        {
            unseen.Dispose();
        }
        else if (span.Activity is { } seen)
        {
            RequestSpanEnd.End(seen, facts, request.Id, context.Request.Protocol);
        }
    }

    /// <summary>
    /// Limits the lines of unauthenticated requests, and of those denied before Notion was asked; Notion's limit bounds the others. Of requests
    /// that went well, only a part may be wanted.
    /// </summary>
    private bool MayWrite(in RequestFacts facts, out int leftOut)
    {
        leftOut = 0;
        return facts.Caller is not { } caller ? strangers.TryTake(out leftOut)
            : facts is { Refusal: null, Outcome: RequestOutcome.Answered or RequestOutcome.Cached, Status: < 300 }
                ? options.LogSuccessRatio >= 1 || random.NextDouble() < options.LogSuccessRatio
            : facts.Refusal is null || facts.Attempts > 0 || denials.TryTake(caller, out leftOut);
    }

    private void WriteLines(in RequestFacts facts, string method, GatewayRequest request, bool isUnsampled, TimeSpan elapsed, int leftOut)
    {
        if (!log.IsEnabled(LogLevel.Warning))
        {
            return;
        }

        if (leftOut > 0 && facts.Caller is { } known)
        {
            log.DenialsLeftOut(known.Name, leftOut);
        }
        else if (leftOut > 0)
        {
            log.AnonymousLeftOut(leftOut);
        }

        if (facts.Refusal is { } refusal)
        {
            var level = refusal.Defect is null ? LogLevel.Warning : LogLevel.Error;
            if (!log.IsEnabled(level))
            {
                return;
            }

            log.Denial(
                level,
                facts.Status,
                refusal.Reason.Name,
                method,
                facts.OperationName,
                facts.CallerName,
                facts.CredentialText,
                facts.Outcome.Label(),
                elapsed.TotalMilliseconds,
                facts.Queued.TotalMilliseconds,
                facts.Upstream.Elapsed.TotalMilliseconds,
                facts.Attempts,
                facts.Upstream.NotionRequestId,
                request.Id,
                facts.Key,
                facts.Peer,
                refusal.Message,
                refusal.Problem is null ? "" : $" ({refusal.Problem})",
                refusal.Defect);
        }
        else if (facts.Upstream.CutOffBy is { } cut)
        {
            log.CutOff(
                method,
                facts.OperationName,
                facts.Status,
                elapsed.TotalMilliseconds,
                facts.CallerName,
                facts.CredentialText,
                facts.Upstream.NotionRequestId,
                request.Id,
                cut);
        }
        else if (log.IsEnabled(LogLevel.Information))
        {
            // A collector gets the lines of those requests of which it gets the spans.
            ILogger lines = isUnsampled ? unsampled : log;
            lines.Request(
                method,
                facts.OperationName,
                facts.Status,
                facts.Outcome.Label(),
                elapsed.TotalMilliseconds,
                facts.CallerName,
                facts.CredentialText,
                facts.Queued.TotalMilliseconds,
                facts.Upstream.Elapsed.TotalMilliseconds,
                facts.Attempts,
                facts.Upstream.NotionRequestId,
                request.Id);
        }
    }

    /// <summary>A method is the caller's text until it is one that is known.</summary>
    private static string MethodLabel(string method) => method is "GET" or "POST" or "PATCH" or "DELETE" ? method : "other";
}

/// <summary>The log category of requests whose spans are not sampled; it is written like all others, and not exported.</summary>
internal sealed class UnsampledRequests;
