using System.Threading.RateLimiting;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.FlowControl.Attempts;

/// <summary>
/// Sends a request, and sends it again where that is safe. Each attempt takes its own permit and the newest token, and asks
/// after each wait whether the request is still admitted. Knows nothing of HTTP: how to send is passed in.
/// </summary>
internal sealed class AttemptLoop(
    PartitionedRateLimiter<PermitRequest> permits,
    StillAdmitted admitted,
    AttemptJudge judge,
    CredentialRenewal renewal,
    FlowControlMetrics metrics,
    GatewaySpans spans,
    TimeProvider time)
{
    /// <summary>Between the decision to repeat and the end of the attempt the caller's bytes began to come, and went out.</summary>
    private static readonly Refusal BegunMeanwhile = new(
        RefusalReason.CoolingDown,
        "Notion asked for a pause and did not process this request. Its body was already being streamed, so the gateway cannot resend it: "
            + "send the request again.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>Runs the request to its end; null if a response was passed on, else the denial for the caller.</summary>
    public async Task<Refusal?> RunAsync(Sending sending, PermitRequest permit, Func<Attempt, Task<AttemptOutcome>> send)
    {
        var maybeApplied = false;
        for (var renewed = false; ;)
        {
            using var lease = await AcquireAsync(sending, permit);
            if (lease.Refusal is { } refusal)
            {
                return maybeApplied ? QueueRefusals.AfterSending(refusal) : refusal;
            }

            var joined = lease.Outcome == WaitOutcome.Joined ? await lease.ResponseAsync(sending.Request.CallerGone) : null;
            if (sending.Request.TimeUp.IsCancellationRequested)
            {
                return maybeApplied ? QueueRefusals.Interrupted : QueueRefusals.ShuttingDown;
            }

            var readmission = await admitted.AskAsync(sending.Admission, sending.Request.CallerGone);
            sending.GoOn(readmission);
            if (readmission.Refusal is { } lost)
            {
                return lost;
            }

            var credential = sending.Credential;
            if (credential != permit.Credential)
            {
                // Another credential now: its permits are others, and this one goes back.
                permit = permit.With(credential);
                continue;
            }

            var state = credential.State;
            if (state.Token is not { } token)
            {
                throw new InvalidOperationException("A credential that may be used has a token.");
            }

            if (lease.Outcome == WaitOutcome.Joined)
            {
                if (joined is null || joined.Connection != state.Connection())
                {
                    // There is nothing to share after all: it asks again, from the place that it had, if it still may wait.
                    if (time.Monotonic() > permit.Deadline)
                    {
                        return QueueRefusals.Expired(TimeSpan.FromSeconds(1));
                    }

                    continue;
                }

                await send(new Attempt(sending, state, token, lease, judge, permit) { Response = joined.Response });
                return null;
            }

            sending.Begin();
            var attempt = new Attempt(sending, state, token, lease, judge, permit);
            var outcome = await send(attempt);
            lease.Shared?.TrySettle(null);
            metrics.Sent(permit, lease.Sends);

            switch (outcome)
            {
                case AttemptOutcome.Failed failed:
                    if (judge.OfFailure(sending, permit, failed, lease.IsSent) is not { } again)
                    {
                        return failed.Refusal;
                    }

                    maybeApplied |= lease.IsSent;
                    lease.Dispose();
                    await PauseAsync(sending, again);
                    break;
                case AttemptOutcome.Repeat when !sending.Body.CanBeRepeated:
                    return BegunMeanwhile;
                case AttemptOutcome.Repeat repeat:
                    maybeApplied |= repeat.Cause == RetryCause.ServerError;
                    await PauseAsync(sending, repeat);
                    break;
                case AttemptOutcome.Unauthorized:
                    var renewedTo = await renewal.AfterUnauthorizedAsync(credential, attempt.Token, sending.Request.CallerGone);
                    if (renewedTo == RenewalOutcome.Unavailable)
                    {
                        return NotRenewed(credential);
                    }

                    if (renewedTo != RenewalOutcome.Changed || renewed || !judge.MayUseNewToken(sending, permit))
                    {
                        return Unauthorized(credential, renewedTo);
                    }

                    renewed = true;
                    metrics.Retried(credential.Name, RetryCause.Unauthorized);
                    break;
                default:
                    return null;
            }
        }
    }

    private async ValueTask<PermitLease> AcquireAsync(Sending sending, PermitRequest permit)
    {
        var asked = time.Monotonic();
        var outcome = WaitOutcome.Cancelled;
        using var span = spans.StartWait(sending.Request.Span);
        try
        {
            var lease = (PermitLease)await permits.AcquireAsync(permit, 1, sending.Request.CallerGone);
            outcome = lease.Outcome;
            return lease;
        }
        finally
        {
            var waited = time.Monotonic() - asked;
            sending.Waited(waited);
            metrics.Waited(permit, outcome, waited);
            span?.SetTag("notion_gateway.outcome", FlowControlMetrics.Label(outcome));
        }
    }

    private async Task PauseAsync(Sending sending, AttemptOutcome.Repeat repeat)
    {
        metrics.Retried(sending.CredentialName, repeat.Cause);
        if (repeat.Wait > TimeSpan.Zero)
        {
            // When the program ends, the limiter says so; when the caller is gone, it notices.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(sending.Request.CallerGone, sending.Request.TimeUp);
            var since = time.Monotonic();
            await Task.Delay(repeat.Wait, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            sending.PausedFor(time.Monotonic() - since);
        }
    }

    // Never as a 401: the caller would search for the error in its own key.
    private static Refusal Unauthorized(Credential credential, RenewalOutcome outcome) => outcome == RenewalOutcome.Dead
        ? CredentialState.Dead(credential.Terms)
        : new Refusal(
            RefusalReason.UpstreamUnauthorized,
            outcome switch
            {
                RenewalOutcome.Changed =>
                    $"Notion rejected the token of credential '{credential.Name}'; a new token is available now, so send the request again.",
                RenewalOutcome.Unverified => $"Notion rejected the token of credential '{credential.Name}' for this request, "
                    + "and could not be asked whether the token is still valid. Your gateway key is valid.",
                _ => $"Notion rejected the token of credential '{credential.Name}' for this request, but accepts it otherwise. Your gateway key is valid.",
            });

    private static Refusal NotRenewed(Credential credential) => new(
        RefusalReason.CredentialUnavailable,
        $"The token of credential '{credential.Name}' has expired and cannot be renewed right now. Your gateway key is valid; try again soon.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };
}
