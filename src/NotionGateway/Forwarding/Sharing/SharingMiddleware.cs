using NotionGateway.Bodies;
using NotionGateway.Caching;
using NotionGateway.Caching.Store;
using NotionGateway.Caching.Tags;
using NotionGateway.FlowControl;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Forwarding.Upstream;
using NotionGateway.Notion;

namespace NotionGateway.Forwarding.Sharing;

/// <summary>
/// Around each attempt: where others wait for the same response, or it is to be stored, it is held back until it is whole, so that no slow or departing
/// reader is in the way of another; and what a write has changed is known before its caller is.
/// </summary>
internal sealed class SharingMiddleware(
    SendAttempt send,
    BodyBudget budget,
    Reloadable<CachingOptions> options,
    ResponseCache cache,
    StaleTransform stale,
    CachingMetrics metrics,
    TimeProvider time,
    ILogger<SharingMiddleware> log)
{
    public Task<AttemptOutcome> SendAsync(HttpContext context, Attempt attempt)
    {
        if (attempt.Response is { } response)
        {
            return JoinAsync(context, attempt.Sending, response);
        }

        if (options.Current.Stores)
        {
            return NoteAsync(context, attempt);
        }

        return attempt.Shared is null ? send(context, attempt) : ShareAsync(context, attempt, use: null);
    }

    private async Task<AttemptOutcome> JoinAsync(HttpContext context, Sending sending, WholeResponse response)
    {
        // Its own attempt may have left the status and the reason phrase of a 429.
        context.Response.Clear();
        metrics.Joined(sending.Admission.Caller.Name, sending.Operation, sending.CredentialName);
        context.Response.Headers[ResponseTransform.Timing] = ServerTiming.Of(sending.Queued, TimeSpan.Zero);
        context.Features.Set(new UpstreamTiming(TimeSpan.Zero, response.Header(NotionHeaders.RequestId)));
        await ResponseTransform.WriteAsync(context, response, ResponseTransform.Collapsed, time);
        return AttemptOutcome.HandedOn.Instance;
    }

    /// <summary>Sends, and lets the stored responses know what has come of it.</summary>
    private async Task<AttemptOutcome> NoteAsync(HttpContext context, Attempt attempt)
    {
        var use = context.Features.Get<CacheUse>();
        var operation = attempt.Sending.Operation;
        var outcome = !operation.Reads && !WriteTags.IsNeverStored(operation) ? await WriteAsync(context, attempt)
            : use is null && attempt.Shared is null ? await send(context, attempt)
            : await ShareAsync(context, attempt, use);
        if (outcome is AttemptOutcome.Unauthorized)
        {
            cache.Forget(attempt.State);
        }

        return outcome;
    }

    private async Task<AttemptOutcome> ShareAsync(HttpContext context, Attempt attempt, CacheUse? use)
    {
        var asked = cache.Now;
        var shared = attempt.Shared;
        if (shared is null)
        {
            return await HoldAsync(context, attempt, () => { }, Whole, InsteadAsync);
        }

        var aborted = context.RequestAborted;
        await using var left = attempt.Sending.Request.CallerGone.UnsafeRegister(static state => ((SharedPermit?)state)?.SenderHungUp(), shared);
        context.RequestAborted = attempt.ReaderGone;
        try
        {
            return await HoldAsync(context, attempt, () => shared.TrySettle(null), Whole, InsteadAsync);
        }
        finally
        {
            context.RequestAborted = aborted;
        }

        Task<bool> InsteadAsync(WholeResponse response) =>
            use is null ? Task.FromResult(false) : stale.TryGiveAsync(context, use, attempt.State, response.Status);

        void Whole(WholeResponse response, bool isNotions)
        {
            if (shared is not null && isNotions && IsForAll(response.Status) && response.TryHold()
                && !shared.TrySettle(new SharedResponse(attempt.Connection, response)))
            {
                response.Release();
            }

            if (use is not null)
            {
                Store(context, attempt, use, asked, response);
            }
        }
    }

    private void Store(
        HttpContext context, Attempt attempt, CacheUse use, (Moment Moment, DateTimeOffset WallClock) asked, WholeResponse response)
    {
        var (operation, target) = (attempt.Sending.Operation, attempt.Sending.Admission.Target);
        var stored = false;
        try
        {
            stored = cache.TryStore(attempt.State, use, operation, target, asked, response);
        }
        catch (Exception exception)
        {
            log.StoreBroke(exception);
        }

        if (response.Status == StatusCodes.Status400BadRequest && HasCursor(attempt.Sending))
        {
            cache.ForgetList(attempt.State, operation, target);
        }

        if (response.Status is >= 400 and < 500 and not StatusCodes.Status429TooManyRequests)
        {
            cache.Drop(attempt.State, use);
        }

        ResponseTransform.Mark(context, use.Forwarded, stored);
    }

    private async Task<AttemptOutcome> WriteAsync(HttpContext context, Attempt attempt)
    {
        var sending = attempt.Sending;
        var body = sending.Body.Buffered;
        var write = cache.Begin(attempt.State, sending.Operation, sending.Admission.Target, body is null ? [] : body.Bytes);

        // Its response says what it has changed, also when its caller no longer waits for it.
        attempt.ReaderGone = CancellationToken.None;
        try
        {
            var outcome = await HoldAsync(
                context,
                attempt,
                tooLong: () => write.End(context.Response.StatusCode, []),
                whole: (response, _) => write.End(response.Status, response.Body.Span));
            if (!attempt.IsSent
                || outcome is AttemptOutcome.Unauthorized or AttemptOutcome.Repeat { Cause: RetryCause.RateLimited or RetryCause.Overloaded })
            {
                write.EndWithoutEffect();
            }

            return outcome;
        }
        finally
        {
            // If nothing has said how it ended, it may still be applied.
            write.EndAnywhere(ResponseCache.UnknownEnd);
        }
    }

    /// <summary>Sends, and holds the response back from its caller until it is whole and <paramref name="whole"/> has seen it.</summary>
    private async Task<AttemptOutcome> HoldAsync(
        HttpContext context, Attempt attempt, Action tooLong, Action<WholeResponse, bool> whole, Func<WholeResponse, Task<bool>>? instead = null)
    {
        var body = context.Response.Body;
        await using var copy = new ResponseCopy(body, () => context.Response.ContentLength, options.Current.MaxEntryBytes, budget, tooLong);
        context.Response.Body = copy;
        AttemptOutcome outcome;
        try
        {
            outcome = await send(context, attempt);
        }
        finally
        {
            context.Response.Body = body;
        }

        if (copy.Passes || outcome is not AttemptOutcome.HandedOn { IsWhole: true } end)
        {
            return outcome;
        }

        var (bytes, giveBack) = copy.Take();
        if (context.Response is { ContentLength: { } announced, StatusCode: not StatusCodes.Status304NotModified } && announced != bytes.Length)
        {
            // Over HTTP/2 the client does not compare the two.
            giveBack();
            return UpstreamFailures.Reset.With($"Notion announced {announced} bytes and sent {bytes.Length}");
        }

        var response = new WholeResponse(context.Response.StatusCode, ResponseTransform.HeadersOf(context.Response), bytes, giveBack);
        try
        {
            whole(response, end.IsNotions);

            if (instead is null || !await instead(response))
            {
                // To a caller that has gone the server writes nothing.
                await ResponseTransform.WriteBodyAsync(context, bytes, time, CancellationToken.None);
            }

            return outcome;
        }
        finally
        {
            response.Release();
        }
    }

    /// <summary>Whether the request names a place in a list, which may be what Notion rejects.</summary>
    private static bool HasCursor(Sending sending) => sending.Admission.Target.Query.Contains("start_cursor", StringComparison.Ordinal)
        || (sending.Body.Buffered is { } body && body.Bytes.IndexOf("start_cursor"u8) >= 0);

    /// <summary>Whether every caller of the connection would be told the same of the same request.</summary>
    private static bool IsForAll(int status) => status is StatusCodes.Status200OK
        or StatusCodes.Status400BadRequest or StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound;
}
