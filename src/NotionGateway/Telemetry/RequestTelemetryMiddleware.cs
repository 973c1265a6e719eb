using System.Diagnostics;
using NotionGateway.Access;
using NotionGateway.Bodies;
using NotionGateway.Telemetry.Lines;

namespace NotionGateway.Telemetry;

/// <summary>Stands around all stages: opens the record of a request, and when it has ended counts it and writes its lines.</summary>
internal sealed class RequestTelemetryMiddleware(
    RequestDelegate next,
    RequestMetrics metrics,
    GatewaySpans spans,
    AnonymousLogLimiter strangers,
    DenialLogLimit denials,
    TimeProvider time,
    Random random,
    ILogger<RequestTelemetryMiddleware> log,
    ILogger<UnsampledRequests> unsampled)
{
    private static readonly Refusal Unforeseen = new(
        RefusalReason.InternalError, "The gateway itself failed on this request. Tell its operator the request_id.");

    public async Task InvokeAsync(HttpContext context)
    {
        var request = new GatewayRequest(RequestId.New(random), time.GetTimestamp(), context.RequestAborted) { Incoming = context.Features.Get<CallerBody>() };
        context.Features.Set(request);
        metrics.Began();
        try
        {
            await next(context);
        }
        catch (Exception exception) when (request.HungUp && exception is OperationCanceledException or IOException)
        {
            // Nobody is there to be answered.
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
        var outcome = RequestOutcomes.Of(request);
        var status = outcome == RequestOutcome.Cancelled ? RequestOutcomes.HungUp : request.Refusal?.Reason.Status ?? context.Response.StatusCode;
        metrics.Ended(request, outcome, status, elapsed);
        var isWritten = MayWrite(request, out var leftOut);

        // A request that Access has refused has no span yet: it gets one now, with no parent, unless its lines are left out.
        var span = request.Span;
        if (span is null && isWritten && !request.IsUnsampled)
        {
            span = spans.StartRequest(request, MethodLabel(context.Request.Method), time.GetUtcNow() - elapsed, parent: default);
        }

        Activity.Current = span;
        if (isWritten)
        {
            WriteLines(context, request, outcome, status, elapsed, leftOut);
        }

        if (span is { IsAllDataRequested: false })
        {
            span.Dispose();
        }
        else if (span is not null)
        {
            RequestSpanEnd.End(span, request, outcome, status, context.Request.Protocol);
        }
    }

    /// <summary>Bounds the lines of strangers, and of callers' requests that were denied before Notion was asked; Notion's limit bounds the others.</summary>
    private bool MayWrite(GatewayRequest request, out int leftOut)
    {
        leftOut = 0;
        return request.Caller is not { } caller ? strangers.TryTake(out leftOut)
            : request.Refusal is null || request.Attempts > 0 || denials.TryTake(caller, out leftOut);
    }

    private void WriteLines(HttpContext context, GatewayRequest request, RequestOutcome outcome, int status, TimeSpan elapsed, int leftOut)
    {
        if (!log.IsEnabled(LogLevel.Warning))
        {
            return;
        }

        if (leftOut > 0 && request.Caller is { } known)
        {
            log.DenialsLeftOut(leftOut, known.Name);
        }
        else if (leftOut > 0)
        {
            log.LeftOut(leftOut);
        }

        var caller = request.Caller?.Name ?? Caller.Unknown;
        var credential = request.Credential?.Value ?? RequestMetrics.NoCredential;
        var operation = request.Operation?.Name ?? RequestMetrics.Unlisted;
        var method = MethodLabel(context.Request.Method);
        if (request.Refusal is { } refusal)
        {
            var level = refusal.Defect is null ? LogLevel.Warning : LogLevel.Error;
            if (!log.IsEnabled(level))
            {
                return;
            }

            log.Denial(
                level,
                status,
                refusal.Reason.Name,
                method,
                operation,
                caller,
                credential,
                outcome.Label(),
                elapsed.TotalMilliseconds,
                request.Queued.TotalMilliseconds,
                request.Upstream.TotalMilliseconds,
                request.Attempts,
                request.NotionRequestId,
                request.Id,
                refusal.Message,
                refusal.Problem is null ? "" : $" ({refusal.Problem})",
                refusal.Defect);
        }
        else if (request.CutOff)
        {
            log.CutOff(method, operation, status, elapsed.TotalMilliseconds, caller, credential, request.NotionRequestId, request.Id, request.CutOffBy);
        }
        else if (log.IsEnabled(LogLevel.Information))
        {
            // A collector gets the lines of those requests of which it gets the spans.
            ILogger lines = request.IsUnsampled ? unsampled : log;
            lines.Request(
                method,
                operation,
                status,
                outcome.Label(),
                elapsed.TotalMilliseconds,
                caller,
                credential,
                request.Queued.TotalMilliseconds,
                request.Upstream.TotalMilliseconds,
                request.Attempts,
                request.NotionRequestId,
                request.Id);
        }
    }

    /// <summary>A method is the caller's text until it is one that is known.</summary>
    private static string MethodLabel(string method) => method is "GET" or "POST" or "PATCH" or "DELETE" ? method : "other";
}

/// <summary>Stands for the log category of requests whose spans are not sampled; it is written like all others, and not exported.</summary>
internal sealed class UnsampledRequests;
