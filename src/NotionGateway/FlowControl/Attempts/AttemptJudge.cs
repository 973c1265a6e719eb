using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.FlowControl.Attempts;

/// <summary>
/// Decides after each attempt whether it was the last: what is harmless to repeat is repeated, as long as the caller's
/// deadline, the number of attempts and the time for repeats allow. Beyond that, Notion's own response is passed on.
/// </summary>
internal sealed class AttemptJudge(
    RateLimitFeedback feedback, RetrySuppression suppression, Reloadable<FlowControlOptions> options, TimeProvider time, Random random)
{
    /// <summary>A connection that failed is tried again soon: most often another is there at once.</summary>
    private static readonly Backoff Reconnect = new(TimeSpan.FromMilliseconds(100), RetryRules.LongestWait);

    private static readonly Backoff ServerError = new(TimeSpan.FromMilliseconds(500), RetryRules.LongestWait);

    /// <summary>Holds everything back until it is known what Notion wants paused.</summary>
    public void ExpectPause(PermitRequest permit) => feedback.Expect(permit.Credential);

    /// <summary>What happens to a response.</summary>
    public AttemptVerdict OfResponse(Sending sending, PermitRequest permit, UpstreamResponse response)
    {
        if (RetryRules.CauseOf(response.Status) is not { } cause)
        {
            suppression.Forget(sending);
            if (response.Status is >= 200 and < 300)
            {
                permit.Credential.NoteSuccess(time.Monotonic());
            }

            return default;
        }

        if (cause == RetryCause.ServerError)
        {
            var wait = RateLimitFeedback.WaitOf(response, time.GetUtcNow()) ?? ServerError.After(sending.Attempts, random.NextDouble());
            return new AttemptVerdict(response.Error.HasGuidance ? null : Repeat(sending, permit, cause, sent: true, wait));
        }

        if (feedback.Note(permit.Credential, permit.Operation, response, sending.Attempts) is not { } until)
        {
            return default;
        }

        // The connection queue itself waits for the end of the pause.
        var pause = until - time.Monotonic();
        AttemptOutcome? instead = Repeat(sending, permit, cause, sent: true, TimeSpan.Zero, until);
        return new AttemptVerdict(instead ?? (cause == RetryCause.Overloaded ? Overloaded(response, pause) : null), pause);
    }

    /// <summary>Whether to try again after there was no response; null if not.</summary>
    public AttemptOutcome.Repeat? OfFailure(Sending sending, PermitRequest permit, AttemptOutcome.Failed failed, bool sent) =>
        failed.IsConnectionLoss
            ? Repeat(sending, permit, RetryCause.Connection, sent && !failed.NothingDone, Reconnect.After(sending.Attempts, random.NextDouble()))
            : null;

    /// <summary>
    /// Whether to try again with the token that has come since Notion rejected the one before. There is no pause before it, so the deadline is the queue's
    /// matter, as it was for the first attempt.
    /// </summary>
    public bool MayUseNewToken(Sending sending, PermitRequest permit)
    {
        var settings = options.Current;
        var end = EndOfRepeats(sending, settings);
        permit.WaitAtMostUntil(end);
        return sending.Body.CanBeRepeated && sending.Attempts < settings.MaxAttempts && time.Monotonic() < end;
    }

    private AttemptOutcome.Repeat? Repeat(Sending sending, PermitRequest permit, RetryCause cause, bool sent, TimeSpan wait, TimeSpan? until = null)
    {
        if (!RetryRules.IsHarmless(sending.Operation, cause, sent) || !sending.Body.CanBeRepeated || suppression.Holds(sending))
        {
            return null;
        }

        var settings = options.Current;
        var when = until ?? time.Monotonic() + wait;
        permit.WaitAtMostUntil(EndOfRepeats(sending, settings));
        if (sending.Attempts < settings.MaxAttempts && when <= permit.Deadline)
        {
            return new AttemptOutcome.Repeat(cause, wait);
        }

        suppression.Add(sending);
        return null;
    }

    private TimeSpan EndOfRepeats(Sending sending, FlowControlOptions settings) => time.Monotonic(sending.Request.StartedAt) + settings.RetryBudget;

    /// <summary>Half of the SDKs do not know 529; all know what to do with a 429.</summary>
    private static AttemptOutcome.Failed Overloaded(UpstreamResponse response, TimeSpan pause) => new(
        new Refusal(RefusalReason.UpstreamOverloaded, response.Error.Message ?? "Notion is overloaded.")
        {
            RetryAfter = pause,
            RequestId = response.Error.RequestId,
        });
}
