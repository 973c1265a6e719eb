using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Bodies;
using NotionGateway.Credentials.Sources;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.Forwarding.Leaks;
using NotionGateway.Forwarding.Upstream;
using NotionGateway.Notion;
using Yarp.ReverseProxy.Forwarder;

namespace NotionGateway.Forwarding;

/// <summary>
/// What one attempt writes into the request to Notion and into the response to the caller. Both use allow-lists; the
/// forwarder's own copying of headers is never called.
/// </summary>
internal sealed class NotionTransform(
    Attempt attempt,
    Activity? span,
    UpstreamClient upstream,
    ForwardingOptions options,
    ForwardingMetrics metrics,
    TimeProvider time,
    CancellationTokenSource deadline)
    : HttpTransformer
{
    private readonly NotionToken _token = attempt.Token;
    private readonly Sending _sending = attempt.Sending;
    private readonly long _sentAt = time.GetTimestamp();
    private UpstreamTiming _timing = UpstreamTiming.None;
    private volatile bool _handedOn;

    private bool IsUpload => _sending.Body.Mode == RequestMode.Upload;

    /// <summary>Set when there was a response, but not one for the caller.</summary>
    public AttemptOutcome? Outcome { get; private set; }

    /// <summary>Whether the head of a response has come: Notion has looked at the request.</summary>
    public bool HasHead { get; private set; }

    /// <summary>Whether the response was cut because its reader had hung up.</summary>
    public bool EndedByCaller { get; private set; }

    /// <summary>Whether the caller gets the gateway's body instead of an error's that could not be checked.</summary>
    public bool ReplacedBody { get; private set; }

    public override ValueTask TransformRequestAsync(
        HttpContext context, HttpRequestMessage message, string destinationPrefix, CancellationToken cancellationToken)
    {
        message.RequestUri = upstream.AddressOf(_sending.Admission.Target.ToString());
        RequestHeadersTransform.Write(context.Request, message, options.DefaultNotionVersion);
        if (IsUpload)
        {
            if (message.Content is { } passedOn)
            {
                RequestHeadersTransform.WriteContent(context.Request, passedOn, context.Request.ContentLength);
            }
        }
        else
        {
            var content = new OutgoingContent(_sending.Body.Buffered, attempt.MarkSent);
            RequestHeadersTransform.WriteContent(context.Request, content, _sending.Body.Length);
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

        HasHead = true;
        var elapsed = time.GetElapsedTime(_sentAt);
        var id = ResponseHeadersTransform.RequestId(answer.Headers);
        _timing = new UpstreamTiming(context.UpstreamTiming().Elapsed + elapsed, id);
        context.Features.Set(_timing);
        deadline.CancelAfter(options.TimeFor(_sending.Body.Mode, answer.IsSuccessStatusCode, elapsed));
        var status = (int)answer.StatusCode;
        span?.SetTag("http.response.status_code", status)
            .SetTag("notion.request_id", id)
            .SetTag("error.type", status >= 400 ? GatewayMeter.StatusLabel(status) : null);
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
            metrics.Answered(_sending.CredentialName, _sending.Operation, status, error.LimitReason, elapsed);
        }

        AttemptVerdict verdict = default;
        var (retryAfter, date) = (ResponseHeadersTransform.Value(answer.Headers, "Retry-After"), ResponseHeadersTransform.Value(answer.Headers, "Date"));
        if (Outcome is null || RetryRules.AsksForPause(status))
        {
            // A pause applies to all later requests, whatever happens to this response.
            verdict = attempt.Judge(new UpstreamResponse(status, error, retryAfter, date));
            Outcome ??= verdict.Instead;
        }

        if (Outcome is not null)
        {
            return false;
        }

        Write(context, answer, ReplacedBody ? answer.Content.Headers : contentHeaders);
        var wait = RetryAfter.Seconds(retryAfter, date, time.GetUtcNow()) ?? (verdict.Pause is { } pause ? RefusalResponse.RetryAfterSeconds(pause) : null);
        context.Response.Headers.RetryAfter = wait?.ToString(CultureInfo.InvariantCulture);

        HandOn();
        return true;
    }

    public override ValueTask TransformResponseTrailersAsync(HttpContext context, HttpResponseMessage answer, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    /// <summary>
    /// The caller has hung up. A response that it was getting ends with it, as it would without a gateway; a write without a response yet
    /// goes on within its deadline, which an upload gets now.
    /// </summary>
    public void CallerLeft()
    {
        if (_handedOn)
        {
            EndForCaller();
        }
        else if (IsUpload)
        {
            deadline.CancelAfter(options.TotalTimeout);
        }
    }

    private void HandOn()
    {
        _handedOn = true;
        if (attempt.ReaderGone.IsCancellationRequested)
        {
            EndForCaller();
        }
    }

    private void EndForCaller()
    {
        if (!deadline.IsCancellationRequested)
        {
            EndedByCaller = true;
            deadline.Cancel();
        }
    }

    private void Write(HttpContext context, HttpResponseMessage answer, HttpContentHeaders contentHeaders)
    {
        // The forwarder has copied the upstream's reason phrase, which may hold anything; without one the server writes its own.
        context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
        var headers = context.Response.Headers;
        ResponseHeadersTransform.Copy(answer.Headers, headers);
        headers[GatewayResponse.RequestIdHeader] = _sending.Request.Id;
        headers["Server-Timing"] = ServerTiming.Of(_sending.Queued, _timing.Elapsed);
        if (answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.ResetContent)
        {
            // These have no body, whatever their headers say.
            answer.Content.Dispose();
            answer.Content = new ByteArrayContent([]);
        }
        else
        {
            ResponseHeadersTransform.Copy(contentHeaders, headers);
        }
    }

    private AttemptOutcome? Withheld(HttpResponseMessage answer)
    {
        if ((int)answer.StatusCode is < 200 or > 599)
        {
            return UpstreamFailures.InvalidResponse;
        }

        if (ResponseHeadersTransform.HoldToken(answer.Headers, _token.Matcher) || ResponseHeadersTransform.HoldToken(answer.Content.Headers, _token.Matcher))
        {
            return UpstreamFailures.LeakedToken;
        }

        return answer.StatusCode == HttpStatusCode.Unauthorized ? AttemptOutcome.Unauthorized.Instance : null;
    }

    /// <summary>Searches Notion's body for the token on its way to the caller, wherever it can be read; says what an error says.</summary>
    private async Task<NotionError> GuardBodyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var headers = answer.Content.Headers;
        var coding = ResponseHeadersTransform.Value(headers, "Content-Encoding");
        if ((int)answer.StatusCode < 400)
        {
            if (ContentCodings.IsIdentity(coding))
            {
                answer.Content = new StreamContent(new LeakGuardStream(await answer.Content.ReadAsStreamAsync(cancellationToken), _token.Matcher));
            }

            return NotionError.Unknown;
        }

        var body = answer.Content;
        var held = await HoldAsync(answer, coding, cancellationToken);
        answer.Content = held?.Whole is { } whole ? new StreamContent(whole) : Replace(body, (int)answer.StatusCode);
        return held is null || RetryRules.CauseOf((int)answer.StatusCode) is null ? NotionError.Unknown : NotionError.Parse(held.Text);
    }

    private async Task<BufferedErrorBody?> HoldAsync(HttpResponseMessage answer, string? coding, CancellationToken cancellationToken)
    {
        if (!RetryRules.AsksForPause((int)answer.StatusCode))
        {
            return await ReadAsync(cancellationToken);
        }

        // The status has said that nothing was done: a body that does not come, or breaks off, changes nothing of that.
        return await BriefWait.ForAsync(ReadAsync, attempt.ExpectPause, time, cancellationToken);

        async Task<BufferedErrorBody> ReadAsync(CancellationToken stop) => await BufferedErrorBody.CheckAsync(
            await answer.Content.ReadAsStreamAsync(stop), answer.Content.Headers.ContentLength, coding, _token.Matcher, stop);
    }

    /// <summary>Notion's status and its code, in words of our own.</summary>
    private ByteArrayContent Replace(HttpContent body, int status)
    {
        body.Dispose();
        ReplacedBody = true;
        var message = $"Notion answered {status}, but its message could not be read or could not be checked for secrets, so the gateway replaced it.";
        return new ByteArrayContent(NotionError.Write(status, message, _timing.NotionRequestId ?? _sending.Request.Id))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") },
        };
    }
}
