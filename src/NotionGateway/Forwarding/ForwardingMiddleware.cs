using System.Diagnostics;
using NotionGateway.Bodies;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Forwarding.Upstream;
using Yarp.ReverseProxy.Forwarder;

namespace NotionGateway.Forwarding;

/// <summary>The last stage: sends one attempt to Notion and returns the response, or says in one word why there is none.</summary>
internal sealed class ForwardingMiddleware
{
    private static readonly AttemptOutcome Whole = new AttemptOutcome.HandedOn(IsWhole: true, IsNotions: true);
    private static readonly AttemptOutcome Replaced = new AttemptOutcome.HandedOn(IsWhole: true, IsNotions: false);

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
        IHttpForwarder forwarder,
        UpstreamClient upstream,
        ForwardingOptions options,
        ForwardingMetrics metrics,
        GatewaySpans spans,
        TimeProvider time,
        ILogger<ForwardingMiddleware> log)
    {
        (_forwarder, _upstream, _options, _metrics, _spans, _time, _log) = (forwarder, upstream, options, metrics, spans, time, log);

        // The forwarder's own timeout starts again with every byte. For bounded operations our deadline comes first.
        _bounded = new ForwarderRequestConfig { ActivityTimeout = options.TotalTimeout + TimeSpan.FromSeconds(5) };
        _streaming = new ForwarderRequestConfig { ActivityTimeout = options.StreamIdleTimeout };
    }

    public async Task<AttemptOutcome> SendAsync(HttpContext context, Attempt attempt)
    {
        var sending = attempt.Sending;
        Prepare(context, attempt);
        using var span = _spans.StartAttempt(sending.Request.Span, sending.Operation, attempt.Number, _options.Upstream);

        // An upload takes as long as it takes; every other response must begin in time.
        using var deadline = new CancellationTokenSource(sending.Body.Mode == RequestMode.Upload ? Timeout.InfiniteTimeSpan : _options.ResponseTimeout, _time);

        // Nothing outlives the program, not even a write.
        using var ending = sending.Request.TimeUp.UnsafeRegister(static source => ((CancellationTokenSource?)source)?.Cancel(), deadline);

        var transform = new NotionTransform(attempt, span, _upstream, _options, _metrics, _time, deadline);

        // A read ends with its caller automatically.
        using var left = sending.Operation.Reads
            ? default
            : attempt.ReaderGone.UnsafeRegister(static state => ((NotionTransform?)state)?.CallerLeft(), transform);
        _metrics.Began();
        try
        {
            var config = sending.Body.Mode == RequestMode.Whole ? _bounded : _streaming;
            var error = await _forwarder.SendAsync(context, _upstream.Prefix, _upstream.Invoker, config, transform, deadline.Token);
            if (transform is { ReplacedBody: true, Outcome: null } && !context.HasHungUp())
            {
                _log.ReplacedBody(sending.Operation.Name, context.UpstreamTiming().NotionRequestId);
            }

            var outcome = transform.Outcome
                ?? (error == ForwarderError.None
                    ? transform.ReplacedBody ? Replaced : Whole
                    : Failed(context, attempt, error, transform.HasHead, timedOut: deadline.IsCancellationRequested && !transform.EndedByCaller));
            if (span is not null && outcome is AttemptOutcome.Failed failed)
            {
                span.SetTag("error.type", failed.Refusal.Reason.Name).SetStatus(ActivityStatusCode.Error);
            }

            return outcome;
        }
        finally
        {
            _metrics.Ended();
        }
    }

    private static void Prepare(HttpContext context, Attempt attempt)
    {
        if (attempt.Number > 1)
        {
            // The forwarder writes only to an untouched response, and the last attempt has set a status.
            context.Response.Clear();
        }

        if (attempt.Sending.Body.Upload is { } upload)
        {
            context.Request.Body = new SendingStream(upload, attempt.MarkSent);
        }

        if (!attempt.Sending.Operation.Reads)
        {
            // A write in progress may be half done: even if its caller hung up, it continues to its end.
            context.RequestAborted = CancellationToken.None;
        }
    }

    private AttemptOutcome Failed(HttpContext context, Attempt attempt, ForwarderError error, bool hasHead, bool timedOut)
    {
        var exception = context.GetForwarderErrorFeature()?.Exception;
        var callers = attempt.Sending.Body.Upload?.Failure;
        if (context.Response.HasStarted || context.HasHungUp())
        {
            if (context.Response.HasStarted && (error == ForwarderError.ResponseBodyDestination || timedOut))
            {
                context.Features.Set(context.UpstreamTiming() with { CutOffBy = Description(error, exception) });
            }

            return AttemptOutcome.HandedOn.Instance;
        }

        var failure = error switch
        {
            _ when attempt.Sending.Request.TimeUp.IsCancellationRequested =>
                new AttemptOutcome.Failed(attempt.IsSent ? QueueRefusals.Interrupted : QueueRefusals.ShuttingDown),
            _ when callers is not null || error == ForwarderError.RequestBodyClient => UpstreamFailures.OfUpload(callers, exception),
            _ when timedOut => UpstreamFailures.TimedOut,
            ForwarderError.RequestTimedOut or ForwarderError.ResponseHeaders
                when exception is OperationCanceledException { InnerException: not TimeoutException } => UpstreamFailures.TimedOut,
            _ => UpstreamFailures.Of(exception),
        };

        // Whatever the end of the stream says: what has a head was processed.
        failure = hasHead && failure.NothingDone ? UpstreamFailures.Reset : failure;
        var problem = Description(error, exception);
        _log.AttemptFailed(attempt.Sending.Operation.Name, attempt.Number, problem);
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
