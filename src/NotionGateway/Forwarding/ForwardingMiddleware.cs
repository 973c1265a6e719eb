using NotionGateway.FlowControl;
using Yarp.ReverseProxy.Forwarder;

namespace NotionGateway.Forwarding;

/// <summary>The last stage: sends one attempt to Notion and brings the answer back, or says in one word why there is none.</summary>
internal sealed class ForwardingMiddleware
{
    private readonly IHttpForwarder _forwarder;
    private readonly UpstreamClient _upstream;
    private readonly ForwardingOptions _options;
    private readonly ForwardingMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<ForwardingMiddleware> _log;
    private readonly ForwarderRequestConfig _bounded;
    private readonly ForwarderRequestConfig _streaming;

    public ForwardingMiddleware(
        RequestDelegate next, IHttpForwarder forwarder, UpstreamClient upstream, ForwardingOptions options, ForwardingMetrics metrics, TimeProvider time, ILogger<ForwardingMiddleware> log)
    {
        _ = next;
        (_forwarder, _upstream, _options, _metrics, _time, _log) = (forwarder, upstream, options, metrics, time, log);

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

        if (request.Body is { } body)
        {
            context.Request.Body = body.Open();
        }

        if (!request.Operation!.Reads)
        {
            // A write under way may be half done: whoever hung up, it goes on to its end.
            context.RequestAborted = CancellationToken.None;
        }

        request.LastOutcome = await SendAsync(context, request);
    }

    private async Task<AttemptOutcome> SendAsync(HttpContext context, GatewayRequest request)
    {
        using var deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        if (request.Body is not null || !request.Streams)
        {
            deadline.CancelAfter(_options.ResponseTimeout);
        }

        var transform = new NotionTransform(request, _upstream, _options, _metrics, _time, deadline);
        var error = await _forwarder.SendAsync(context, _upstream.Prefix, _upstream.Invoker, request.Streams ? _streaming : _bounded, transform, deadline.Token);
        if (transform.Outcome is { } outcome)
        {
            return outcome;
        }

        if (error == ForwarderError.None)
        {
            return AttemptOutcome.HandedOn.Instance;
        }

        var exception = context.GetForwarderErrorFeature()?.Exception;
        if (context.Response.HasStarted || request.CallerGone.IsCancellationRequested)
        {
            request.CutOff = true;
            _log.CutOff(request.Operation!.Name, error.ToString(), Words(exception));
            return AttemptOutcome.HandedOn.Instance;
        }

        _log.Failed(request.Operation!.Name, error.ToString(), Words(exception));
        return error switch
        {
            ForwarderError.RequestBodyClient => UpstreamFailures.OfUpload(context.Response.StatusCode == StatusCodes.Status413PayloadTooLarge, _options.MaxUploadBody),
            _ when deadline.IsCancellationRequested => UpstreamFailures.TimedOut,
            ForwarderError.RequestTimedOut when exception is not null && !IsConnectTimeout(exception) => UpstreamFailures.TimedOut,
            _ => UpstreamFailures.Of(exception),
        };
    }

    private static bool IsConnectTimeout(Exception exception) => exception.InnerException is TimeoutException;

    /// <summary>The chain of messages, with anything that looks like a secret masked.</summary>
    private static string Words(Exception? exception)
    {
        var words = new List<string>();
        for (; exception is not null && words.Count < 4; exception = exception.InnerException)
        {
            words.Add($"{exception.GetType().Name}: {exception.Message}");
        }

        return Notion.NotionTokenShape.Redact(string.Join(" <- ", words));
    }
}
