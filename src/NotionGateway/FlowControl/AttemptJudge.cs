namespace NotionGateway.FlowControl;

/// <summary>
/// Decides after each attempt whether it was the last: what is harmless to repeat is repeated, as long as the caller's
/// deadline, the number of attempts and the time for repeats allow. Beyond, Notion's own answer is handed on.
/// </summary>
internal sealed class AttemptJudge(
    LimitFeedback feedback, GivenUp givenUp, Live<FlowControlOptions> options, MonotonicClock clock, TimeProvider time, Random random)
{
    /// <summary>A connection that failed is tried again soon: most often another is there at once.</summary>
    private static readonly TimeSpan FirstReconnect = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan FirstServerError = TimeSpan.FromMilliseconds(500);

    /// <summary>Holds everything back until it is known what Notion wants paused.</summary>
    public void ExpectPause(TurnRequest turn) => feedback.Expect(turn.Credential);

    /// <summary>What is to become of an answer.</summary>
    public AttemptVerdict OfAnswer(GatewayRequest request, TurnRequest turn, UpstreamAnswer answer)
    {
        if (RetryRules.CauseOf(answer.Status) is not { } cause)
        {
            givenUp.Forget(request);
            return default;
        }

        if (cause == RetryCause.ServerError)
        {
            var wait = LimitFeedback.WaitOf(answer, time.GetUtcNow()) ?? Backoff(FirstServerError, request);
            return new AttemptVerdict(answer.Error.HasGuidance ? null : Repeat(request, turn, cause, sent: true, wait));
        }

        if (feedback.Note(turn.Credential, turn.Operation, answer, request.Attempts) is not { } until)
        {
            return default;
        }

        // The lane itself waits for the end of the pause.
        var pause = until - clock.Now;
        AttemptOutcome? instead = Repeat(request, turn, cause, sent: true, TimeSpan.Zero, until);
        return new AttemptVerdict(instead ?? (cause == RetryCause.Overloaded ? Overloaded(answer, pause) : null), pause);
    }

    /// <summary>Whether to try again after there was no answer; null if not.</summary>
    public AttemptOutcome.Repeat? OfFailure(GatewayRequest request, TurnRequest turn, AttemptOutcome.Failed failed, bool sent) =>
        failed.IsConnectionLoss ? Repeat(request, turn, RetryCause.Connection, sent && !failed.NothingDone, Backoff(FirstReconnect, request)) : null;

    private AttemptOutcome.Repeat? Repeat(GatewayRequest request, TurnRequest turn, RetryCause cause, bool sent, TimeSpan wait, TimeSpan? until = null)
    {
        if (!RetryRules.IsHarmless(turn.Operation!, cause, sent) || !request.CanRepeatBody || givenUp.Holds(request))
        {
            return null;
        }

        var settings = options.Current;
        var when = until ?? clock.Now + wait;
        if (request.Attempts < settings.MaxAttempts && when <= turn.Deadline && when <= clock.At(request.StartedAt) + settings.RetryBudget)
        {
            return new AttemptOutcome.Repeat(cause, wait);
        }

        givenUp.Add(request);
        return null;
    }

    private TimeSpan Backoff(TimeSpan first, GatewayRequest request) => RetryRules.Backoff(first, request.Attempts, random.NextDouble());

    /// <summary>Half of the SDKs do not know 529; all know what to do with a 429.</summary>
    private static AttemptOutcome.Failed Overloaded(UpstreamAnswer answer, TimeSpan pause) => new(
        new Refusal(RefusalReason.UpstreamOverloaded, answer.Error.Message ?? "Notion is overloaded.")
        {
            RetryAfter = pause,
            RequestId = answer.Error.RequestId,
        });
}
