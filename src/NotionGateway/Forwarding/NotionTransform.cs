using System.Diagnostics;
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
    GatewayRequest request, Activity? span, UpstreamClient upstream, ForwardingOptions options, ForwardingMetrics metrics, TimeProvider time, CancellationTokenSource deadline)
    : HttpTransformer
{
    private readonly NotionToken _token = request.Attempt!.Token;
    private readonly long _sentAt = time.GetTimestamp();

    /// <summary>Set when there was an answer, but not one for the caller.</summary>
    public AttemptOutcome? Outcome { get; private set; }

    public override ValueTask TransformRequestAsync(HttpContext context, HttpRequestMessage message, string destinationPrefix, CancellationToken cancellationToken)
    {
        message.RequestUri = upstream.AddressOf(request.Target);
        RequestHeadersTransform.Write(context.Request, message, options.DefaultNotionVersion);
        if (request.Uploads)
        {
            RequestHeadersTransform.WriteContent(context.Request, message.Content!, context.Request.ContentLength);
        }
        else
        {
            var content = new OutgoingContent(request.Body, request.Attempt!.MarkSent);
            RequestHeadersTransform.WriteContent(context.Request, content, request.Body?.Length ?? 0);
            message.Options.Set(OutgoingContentHandler.Key, content);
        }

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
        request.NotionRequestId = SafeId(AnswerHeadersTransform.Value(answer.Headers, NotionHeaders.RequestId));
        deadline.CancelAfter(request.Streams && answer.IsSuccessStatusCode ? Timeout.InfiniteTimeSpan : Remaining(elapsed));
        var status = (int)answer.StatusCode;
        span?.SetTag("http.response.status_code", status).SetTag("notion.request_id", request.NotionRequestId).SetTag("error.type", status >= 400 ? GatewayMeter.StatusLabel(status) : null);
        var contentHeaders = answer.Content.Headers;
        var error = NotionError.Unknown;
        try
        {
            Outcome = Withheld(answer);
            error = Outcome is null ? await GuardBodyAsync(answer, cancellationToken) : error;
        }
        catch (TokenLeakException)
        {
            Outcome = UpstreamFailures.LeakedToken;
        }
        finally
        {
            metrics.Answered(request.Credential!.Value, request.Operation!, status, error.LimitReason, elapsed);
        }

        if (Outcome is not null)
        {
            return false;
        }

        var verdict = request.Attempt!.Judge(new UpstreamAnswer(status, error, AnswerHeadersTransform.Value(answer.Headers, "Retry-After")));
        Outcome = verdict.Instead;
        if (Outcome is not null)
        {
            return false;
        }

        var headers = context.Response.Headers;
        AnswerHeadersTransform.Copy(answer.Headers, contentHeaders, headers, time.GetUtcNow());
        if (verdict.Pause is { } pause && headers.RetryAfter.Count == 0)
        {
            headers.RetryAfter = RefusalResponse.RetryAfterSeconds(pause).ToString(CultureInfo.InvariantCulture);
        }

        headers["Server-Timing"] = ServerTiming.Of(request);
        return true;
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

    /// <summary>Puts a look for the token between Notion's body and the caller, wherever it can be read; says what an error says.</summary>
    private async Task<NotionError> GuardBodyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var headers = answer.Content.Headers;
        var coding = AnswerHeadersTransform.Value(headers, "Content-Encoding") ?? "identity";
        if ((int)answer.StatusCode >= 400)
        {
            var held = await HeldAnswer.CheckAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), headers.ContentLength, coding, _token.Needle, cancellationToken);
            answer.Content = new StreamContent(held.Whole);
            return RetryRules.CauseOf((int)answer.StatusCode) is null ? NotionError.Unknown : NotionError.Parse(held.Text);
        }

        if (coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            answer.Content = new StreamContent(new LeakGuardStream(await answer.Content.ReadAsStreamAsync(cancellationToken), _token.Needle));
        }

        return NotionError.Unknown;
    }

    /// <summary>An id is the upstream's text: kept if it could be one.</summary>
    private static string? SafeId(string? id) => id is { Length: <= 64 } && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_') ? id : null;

    private TimeSpan Remaining(TimeSpan elapsed) => elapsed < options.TotalTimeout ? options.TotalTimeout - elapsed : TimeSpan.Zero;
}
