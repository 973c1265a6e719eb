using NotionGateway.Bodies;
using NotionGateway.Caching;
using NotionGateway.FlowControl;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Notion;

namespace NotionGateway.Forwarding.Sharing;

/// <summary>
/// Around each attempt: where others wait for the same response, it is held back until it is whole, so that no slow or departing reader is in the way of
/// another, and then it serves all of them.
/// </summary>
internal sealed class SharingMiddleware(SendAttempt send, BodyBudget budget, Reloadable<CachingOptions> options, CachingMetrics metrics)
{
    public Task<AttemptOutcome> SendAsync(HttpContext context, Attempt attempt) =>
        attempt.Response is { } response ? JoinAsync(context, attempt.Sending, response)
        : attempt.Shared is { } shared ? ShareAsync(context, attempt, shared)
        : send(context, attempt);

    private async Task<AttemptOutcome> JoinAsync(HttpContext context, Sending sending, WholeResponse response)
    {
        metrics.Joined(sending.Admission.Caller.Name, sending.Operation, sending.CredentialName);
        await ResponseTransform.WriteJoinedAsync(context, sending, response);
        return AttemptOutcome.HandedOn.Instance;
    }

    private async Task<AttemptOutcome> ShareAsync(HttpContext context, Attempt attempt, SharedPermit shared)
    {
        var callerGone = attempt.Sending.Request.CallerGone;
        var (body, aborted) = (context.Response.Body, context.RequestAborted);
        await using var copy = new ResponseCopy(
            body, () => context.Response.ContentLength, options.Current.MaxEntryBytes, budget, () => shared.TrySettle(null));
        AttemptOutcome outcome;
        using (callerGone.UnsafeRegister(static state => ((SharedPermit?)state)?.SenderHungUp(), shared))
        {
            context.Response.Body = copy;
            context.RequestAborted = attempt.ReaderGone;
            try
            {
                outcome = await send(context, attempt);
            }
            finally
            {
                (context.Response.Body, context.RequestAborted) = (body, aborted);
            }
        }

        if (copy.Passes || outcome is not AttemptOutcome.HandedOn { IsWhole: true } whole)
        {
            return outcome;
        }

        var (bytes, giveBack) = copy.Take();
        var response = new WholeResponse(context.Response.StatusCode, ResponseTransform.HeadersOf(context.Response), bytes, giveBack);
        var isShared = whole.IsNotions && IsForAll(response.Status) && shared.TrySettle(new SharedResponse(attempt.Connection, response));
        try
        {
            // To a caller that has gone the server writes nothing, and one that does not read is cut off by it.
            await body.WriteAsync(bytes, CancellationToken.None);
            return outcome;
        }
        finally
        {
            if (!isShared)
            {
                response.Release();
            }
        }
    }

    /// <summary>Whether every caller of the connection would be told the same of the same request.</summary>
    private static bool IsForAll(int status) => status is StatusCodes.Status200OK
        or StatusCodes.Status400BadRequest or StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound;
}
