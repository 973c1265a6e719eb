using System.Globalization;
using System.Net;
using NotionGateway.Credentials;
using NotionGateway.FlowControl;
using NotionGateway.Notion;
using Yarp.ReverseProxy.Forwarder;

namespace NotionGateway.Forwarding;

/// <summary>
/// One attempt's hand on what goes to Notion and what comes back. Both ways are allow-lists, written from nothing; the
/// forwarder's own copying of headers is never called.
/// </summary>
internal sealed class NotionTransform(
    GatewayRequest request, UpstreamClient upstream, ForwardingOptions options, ForwardingMetrics metrics, TimeProvider time, CancellationTokenSource deadline)
    : HttpTransformer
{
    private readonly NotionToken _token = request.Attempt!.Token;
    private readonly long _sentAt = time.GetTimestamp();

    /// <summary>Set when there was an answer, but not one for the caller.</summary>
    public AttemptOutcome? Outcome { get; private set; }

    public override ValueTask TransformRequestAsync(HttpContext context, HttpRequestMessage message, string destinationPrefix, CancellationToken cancellationToken)
    {
        message.RequestUri = upstream.AddressOf(request.Target);
        RequestHeadersTransform.Write(context.Request, message, request, options.DefaultNotionVersion);
        message.Headers.TryAddWithoutValidation("Authorization", _token.BearerFor(message.RequestUri));
        return ValueTask.CompletedTask;
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext context, HttpResponseMessage? answer, CancellationToken cancellationToken)
    {
        if (answer is null)
        {
            return false;
        }

        var elapsed = time.GetElapsedTime(_sentAt);
        request.Upstream += elapsed;
        request.NotionRequestId = answer.Headers.NonValidated.TryGetValues(NotionHeaders.RequestId, out var ids) ? ids.ToString() : null;
        metrics.Answered(request, (int)answer.StatusCode, elapsed);
        Outcome = Withheld(answer);
        if (Outcome is not null)
        {
            return false;
        }

        deadline.CancelAfter(request.Streams && answer.IsSuccessStatusCode ? Timeout.InfiniteTimeSpan : Remaining(elapsed));
        AnswerHeadersTransform.Copy(answer, context.Response.Headers, time.GetUtcNow());
        context.Response.Headers["Server-Timing"] = string.Create(
            CultureInfo.InvariantCulture, $"queue;dur={request.Queued.TotalMilliseconds:0.#}, upstream;dur={request.Upstream.TotalMilliseconds:0.#}");
        try
        {
            await GuardBodyAsync(answer, cancellationToken);
            return true;
        }
        catch (TokenLeakException)
        {
            Outcome = UpstreamFailures.LeakedToken;
            return false;
        }
    }

    public override ValueTask TransformResponseTrailersAsync(HttpContext context, HttpResponseMessage answer, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    private AttemptOutcome? Withheld(HttpResponseMessage answer)
    {
        if ((int)answer.StatusCode is < 200 or > 599)
        {
            return UpstreamFailures.NotAnAnswer;
        }

        if (AnswerHeadersTransform.HoldToken(answer.Headers, _token.Needle) || AnswerHeadersTransform.HoldToken(answer.Content.Headers, _token.Needle))
        {
            return UpstreamFailures.LeakedToken;
        }

        return answer.StatusCode == HttpStatusCode.Unauthorized ? AttemptOutcome.Unauthorized.Instance : null;
    }

    /// <summary>Puts a look for the token between Notion's body and the caller, wherever it can be read.</summary>
    private async Task GuardBodyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var headers = answer.Content.Headers;
        var coding = headers.NonValidated.TryGetValues("Content-Encoding", out var codings) ? codings.ToString() : "identity";
        if ((int)answer.StatusCode < 400 && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        answer.Content = new StreamContent((int)answer.StatusCode < 400
            ? new LeakGuardStream(body, _token.Needle)
            : await HeldAnswer.CheckAsync(body, headers.ContentLength, coding, _token.Needle, cancellationToken));
    }

    private TimeSpan Remaining(TimeSpan elapsed) => elapsed < options.TotalTimeout ? options.TotalTimeout - elapsed : TimeSpan.Zero;
}
