using System.Threading.RateLimiting;
using NotionGateway.Credentials;

namespace NotionGateway.FlowControl;

/// <summary>
/// Sends a request, and sends it again where that is safe. Each attempt takes its own turn and the newest token. Knows
/// nothing of HTTP: how to send is passed in.
/// </summary>
internal sealed class AttemptLoop(PartitionedRateLimiter<TurnRequest> turns, CredentialRenewal renewal, TimeProvider time)
{
    /// <summary>Runs the request to its end; null if an answer was handed on, else what the caller is to be told.</summary>
    public async Task<Refusal?> RunAsync(GatewayRequest request, Func<Attempt, Task<AttemptOutcome>> send)
    {
        var credential = request.Connection!;
        var renewed = false;
        for (var number = 1; ; number++)
        {
            var asked = time.GetTimestamp();
            using var turn = await turns.AcquireAsync(new TurnRequest(credential.Name), 1, request.CallerGone);
            request.Queued += time.GetElapsedTime(asked);
            request.Attempts = number;

            var attempt = new Attempt(number, credential.State.Token!);
            switch (await send(attempt))
            {
                case AttemptOutcome.Failed failed:
                    return failed.Refusal;
                case AttemptOutcome.Unauthorized:
                    var outcome = await renewal.AfterUnauthorizedAsync(credential, attempt.Token, request.CallerGone);
                    if (outcome != RenewalOutcome.Changed || renewed || !request.CanRepeatBody)
                    {
                        return Unauthorized(credential, outcome);
                    }

                    renewed = true;
                    break;
                default:
                    return null;
            }
        }
    }

    // Never as a 401: the caller would look for the fault in its own key.
    private static Refusal Unauthorized(Credential credential, RenewalOutcome outcome) => new(
        RefusalReason.UpstreamUnauthorized,
        outcome switch
        {
            RenewalOutcome.Changed => $"Notion refused the token of credential '{credential.Name}'; there is a new one now, so send the request again.",
            RenewalOutcome.Dead => $"Notion refuses the token of credential '{credential.Name}'. The operator must replace it; your gateway key is fine.",
            _ => $"Notion refused the token of credential '{credential.Name}' for this request, though it knows the token otherwise. Your gateway key is fine.",
        });
}
