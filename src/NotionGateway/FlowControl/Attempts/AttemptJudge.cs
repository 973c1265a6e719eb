using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.FlowControl.Attempts;

/// <summary>
/// Decides after each attempt whether it was the last: what is harmless to repeat is repeated, as long as the caller's
/// deadline, the number of attempts and the time for repeats allow. Beyond, Notion's own answer is handed on.
/// </summary>
internal sealed class AttemptJudge(
    RateLimitFeedback feedback, RetrySuppression suppression, Reloadable<FlowControlOptions> options, MonotonicClock clock, TimeProvider time, Random random)
{
    /// <summary>A connection that failed is tried again soon: most often another is there at once.</summary>
    private static readonly TimeSpan FirstReconnect = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan FirstServerError = TimeSpan.FromMilliseconds(500);

    /// <summary>Holds everything back until it is known what Notion wants paused.</summary>
    public void ExpectPause(PermitRequest permit) => feedback.Expect(permit.Credential);

    /// <summary>What is to become of an answer.</summary>
    public AttemptVerdict OfResponse(Sending sending, PermitRequest permit, UpstreamResponse response)
    {
        if (RetryRules.CauseOf(response.Status) is not { } cause)
        {
            suppression.Forget(sending);
            return default;
        }

        if (cause == RetryCause.ServerError)
        {
            var wait = RateLimitFeedback.WaitOf(response, time.GetUtcNow()) ?? Backoff(FirstServerError, sending);
            return new AttemptVerdict(response.Error.HasGuidance ? null : Repeat(sending, permit, cause, sent: true, wait));
        }

        if (feedback.Note(permit.Credential, permit.Operation, response, sending.Attempts) is not { } until)
        {
            return default;
        }

        // The lane itself waits for the end of the pause.
        var pause = until - clock.Now;
        AttemptOutcome? instead = Repeat(sending, permit, cause, sent: true, TimeSpan.Zero, until);
        return new AttemptVerdict(instead ?? (cause == RetryCause.Overloaded ? Overloaded(response, pause) : null), pause);
    }

    /// <summary>Whether to try again after there was no answer; null if not.</summary>
    public AttemptOutcome.Repeat? OfFailure(Sending sending, PermitRequest permit, AttemptOutcome.Failed failed, bool sent) =>
        failed.IsConnectionLoss ? Repeat(sending, permit, RetryCause.Connection, sent && !failed.NothingDone, Backoff(FirstReconnect, sending)) : null;

    private AttemptOutcome.Repeat? Repeat(Sending sending, PermitRequest permit, RetryCause cause, bool sent, TimeSpan wait, TimeSpan? until = null)
    {
        if (!RetryRules.IsHarmless(sending.Operation, cause, sent) || !sending.Body.CanBeRepeated || suppression.Holds(sending))
        {
            return null;
        }

        var settings = options.Current;
        var when = until ?? clock.Now + wait;
        if (sending.Attempts < settings.MaxAttempts && when <= permit.Deadline && when <= clock.At(sending.Request.StartedAt) + settings.RetryBudget)
        {
            return new AttemptOutcome.Repeat(cause, wait);
        }

        suppression.Add(sending);
        return null;
    }

    private TimeSpan Backoff(TimeSpan first, Sending sending) => RetryRules.Backoff(first, sending.Attempts, random.NextDouble());

    /// <summary>Half of the SDKs do not know 529; all know what to do with a 429.</summary>
    private static AttemptOutcome.Failed Overloaded(UpstreamResponse response, TimeSpan pause) => new(
        new Refusal(RefusalReason.UpstreamOverloaded, response.Error.Message ?? "Notion is overloaded.")
        {
            RetryAfter = pause,
            RequestId = response.Error.RequestId,
        });
}
