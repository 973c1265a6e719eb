using System.Diagnostics;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Forwarding.Upstream;
using Yarp.ReverseProxy.Forwarder;

namespace NotionGateway.Forwarding;

/// <summary>The last stage: sends one attempt to Notion and brings the answer back, or says in one word why there is none.</summary>
internal sealed class ForwardingMiddleware
{
    private readonly IHttpForwarder _forwarder;
    private readonly UpstreamClient _upstream;
    private readonly ForwardingOptions _options;
    private readonly ForwardingMetrics _metrics;
    private readonly GatewaySpans _spans;
    private readonly TimeProvider _time;
    private readonly ILogger<ForwardingMiddleware> _log;
    private readonly ForwarderRequestConfig _bounded;
    private readonly ForwarderRequestConfig _streaming;

    public ForwardingMiddleware(
        RequestDelegate next, IHttpForwarder forwarder, UpstreamClient upstream, ForwardingOptions options, ForwardingMetrics metrics, GatewaySpans spans, TimeProvider time, ILogger<ForwardingMiddleware> log)
    {
        _ = next;
        (_forwarder, _upstream, _options, _metrics, _spans, _time, _log) = (forwarder, upstream, options, metrics, spans, time, log);

        // The forwarder's own timeout starts again with every byte. For bounded operations our deadline comes first.
        _bounded = new ForwarderRequestConfig { ActivityTimeout = options.TotalTimeout + TimeSpan.FromSeconds(5) };
        _streaming = new ForwarderRequestConfig { ActivityTimeout = options.StreamIdleTimeout };
    }

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.GatewayRequest();
        if (request.Attempts > 1)
        {
            // The forwarder sends only into an untouched answer, and the last attempt has set a status.
            context.Response.Clear();
        }

        if (request.Uploads)
        {
            var source = context.Request.Body is SendingStream again ? again.Source : context.Request.Body;
            context.Request.Body = new SendingStream(source, request.Attempt!.MarkSent);
        }

        if (!request.Operation!.Reads)
        {
            // A write under way may be half done: whoever hung up, it goes on to its end.
            context.RequestAborted = CancellationToken.None;
        }

        using var span = _spans.StartAttempt(request, request.Attempt!, _options.Upstream);
        _metrics.Began();
        try
        {
            request.LastOutcome = await SendAsync(context, request, span);
        }
        finally
        {
            _metrics.Ended();
        }

        if (request.LastOutcome is AttemptOutcome.Failed failed)
        {
            span?.SetTag("error.type", failed.Refusal.Reason.Name).SetStatus(ActivityStatusCode.Error);
        }
    }

    private async Task<AttemptOutcome> SendAsync(HttpContext context, GatewayRequest request, Activity? span)
    {
        // An upload takes as long as it takes; everything else must begin to be answered in time.
        using var deadline = new CancellationTokenSource(request.Uploads ? Timeout.InfiniteTimeSpan : _options.ResponseTimeout, _time);

        // Nothing outlives the program, not even a write.
        using var ending = request.TimeUp.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);

        var transform = new NotionTransform(request, span, _upstream, _options, _metrics, _time, deadline);

        // A read ends with its caller by itself.
        using var left = request.Operation!.Reads
            ? default
            : request.CallerGone.UnsafeRegister(static state => ((NotionTransform)state!).CallerLeft(), transform);
        var error = await _forwarder.SendAsync(context, _upstream.Prefix, _upstream.Invoker, request.Streams ? _streaming : _bounded, transform, deadline.Token);
        if (transform is { ReplacedBody: true, Outcome: null })
        {
            _log.ReplacedBody(request.Operation!.Name, request.NotionRequestId);
        }

        if (transform.Outcome is { } outcome)
        {
            return outcome;
        }

        return error == ForwarderError.None
            ? AttemptOutcome.HandedOn.Instance
            : Failed(context, request, error, timedOut: deadline.IsCancellationRequested && !transform.EndedByCaller);
    }

    private AttemptOutcome Failed(HttpContext context, GatewayRequest request, ForwarderError error, bool timedOut)
    {
        var exception = context.GetForwarderErrorFeature()?.Exception;
        var callers = request.Uploads ? request.Incoming!.Failure : null;
        if (context.Response.HasStarted || request.HungUp)
        {
            request.CutOff = context.Response.HasStarted && (error == ForwarderError.ResponseBodyDestination || timedOut);
            request.CutOffBy = Description(error, exception);
            return AttemptOutcome.HandedOn.Instance;
        }

        var failure = error switch
        {
            _ when request.TimeUp.IsCancellationRequested =>
                new AttemptOutcome.Failed(request.Attempt!.IsSent ? QueueRefusals.Interrupted : QueueRefusals.ShuttingDown),
            _ when callers is not null || error == ForwarderError.RequestBodyClient => UpstreamFailures.OfUpload(callers, exception),
            _ when timedOut => UpstreamFailures.TimedOut,
            ForwarderError.RequestTimedOut or ForwarderError.ResponseHeaders when exception is OperationCanceledException { InnerException: not TimeoutException } => UpstreamFailures.TimedOut,
            _ => UpstreamFailures.Of(exception),
        };
        var problem = Description(error, exception);
        _log.AttemptFailed(request.Operation!.Name, request.Attempts, problem);
        return failure.With(problem);
    }

    /// <summary>The forwarder's word and the chain of messages, with anything that looks like a secret masked.</summary>
    private static string Description(ForwarderError error, Exception? exception)
    {
        var words = new List<string> { error.ToString() };
        for (; exception is not null && words.Count < 5; exception = exception.InnerException)
        {
            words.Add($"{exception.GetType().Name}: {exception.Message}");
        }

        return Notion.NotionTokenShape.Redact(string.Join(" <- ", words));
    }
}
