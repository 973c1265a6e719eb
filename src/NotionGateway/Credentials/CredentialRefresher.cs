using NotionGateway.Credentials.Sources;

namespace NotionGateway.Credentials;

/// <summary>
/// Reads the sources of configured credentials and asks probes, and writes what they said into the credential's state. Each
/// credential has at most one read and one probe in progress; no other credential is affected.
/// </summary>
internal sealed class CredentialRefresher(
    SecretReaders sources, ITokenProbe probe, TimeProvider time, Random random, CredentialsMetrics metrics, ILogger<CredentialRefresher> log)
    : ITokenSupplier
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Reads the source; true if it gave another token than before.</summary>
    public Task<bool> ReadAsync(Credential credential) => credential.Refresh.RunAsync(() => ReadOnceAsync(credential));

    /// <summary>Tries the present token on Notion.</summary>
    public Task<ProbeVerdict> ProbeAsync(Credential credential) => credential.Probe.RunAsync(() => ProbeOnceAsync(credential));

    /// <summary>Reads the source and tries the token on Notion, for an operator who asks; what came of it in words.</summary>
    public async Task<(ProbeVerdict Verdict, string Words)> TryAsync(Credential credential)
    {
        await ReadAsync(credential);
        var verdict = await ProbeAsync(credential);
        var state = credential.State;
        var identity = state.Identity is { } bot ? $" (bot {bot.BotId}, workspace {bot.WorkspaceId ?? "unknown"})" : "";
        return (state, verdict) switch
        {
            ({ Token: null }, _) => (ProbeVerdict.Unknown, $"no token: {state.Problem}"),
            ({ Problem: { } problem }, _) => (ProbeVerdict.Unknown, $"its source cannot be read: {problem}"),
            (_, ProbeVerdict.Accepted) => (verdict, $"Notion accepts the token{identity}"),
            (_, ProbeVerdict.Rejected) => (verdict, "Notion rejects the token (401): replace it"),
            _ => (verdict, state.ProbeProblem ?? "Notion could not be reached"),
        };
    }

    /// <summary>
    /// Reads the source again, and if it still gives the same token, asks Notion about that token before holding it for dead.
    /// </summary>
    public async Task<RenewalOutcome> RenewAsync(Credential credential, NotionToken used)
    {
        var now = time.Monotonic();
        credential.Advance(state => used.Equals(state.Token) ? state with { UnauthorizedAt = now } : state);

        // A reading that is in progress began before this 401 and may bring what was there before the rotation.
        await (credential.Refresh.Running ?? Task.CompletedTask);
        if (credential.HasOtherThan(used) || (await ReadAsync(credential) && credential.HasOtherThan(used)))
        {
            return RenewalOutcome.Changed;
        }

        var verdict = await ProbeAsync(credential);
        return credential.HasOtherThan(used) ? RenewalOutcome.Changed : verdict switch
        {
            ProbeVerdict.Rejected => RenewalOutcome.Dead,
            ProbeVerdict.Accepted => RenewalOutcome.Stands,
            _ => RenewalOutcome.Unverified,
        };
    }

    private async Task<bool> ReadOnceAsync(Credential credential)
    {
        var options = credential.Options;
        var reading = await sources.ReadAsync(options.Place, time);
        var now = time.Monotonic();
        var jitter = random.NextDouble();
        if (reading.Text is null)
        {
            var problem = reading.Problem ?? "";
            var (before, _) = credential.Advance(state => state.AfterFailure(problem, options, now, jitter, reading.RetryAfter));
            metrics.Refreshed(options, "failed");
            if (before.Problem != reading.Problem)
            {
                var effect = before.Token is null ? "no token is available, so requests that need it are denied" : "continuing with the last good token";
                log.SourceFailed(options.Name, options.Source, problem, effect);
            }

            credential.NoteFirstRead();
            return false;
        }

        var token = sources.Bind(reading.Text);
        var (old, fresh) = credential.Advance(state => state.AfterReading(token, options, now, jitter));
        var rotated = old.Token is not null && !old.Token.Equals(fresh.Token);
        metrics.Refreshed(options, rotated ? "rotated" : "unchanged");
        if (rotated)
        {
            log.Rotated(options.Name, options.Source);
        }
        else if (old.Problem is not null)
        {
            log.SourceRecovered(options.Name, options.Source);
        }

        if (old.Token is null && !Notion.NotionTokenShape.LooksLikeToken(reading.Text))
        {
            log.UnusualToken(options.Name);
        }

        credential.NoteFirstRead();
        return old.Token is null || rotated;
    }

    private async Task<ProbeVerdict> ProbeOnceAsync(Credential credential)
    {
        if (credential.State.Token is not { } token)
        {
            return ProbeVerdict.Unknown;
        }

        using var timeout = new CancellationTokenSource(ProbeTimeout, time);
        var result = await AskAsync(credential, token, timeout.Token);
        var now = time.Monotonic();
        var jitter = random.NextDouble();
        var options = credential.Options;

        // The verdict is about the token that was tried; if the source gave another meanwhile, it says nothing about that one.
        var (before, after) = credential.Advance(state => !token.Equals(state.Token) ? state : result.Verdict switch
        {
            ProbeVerdict.Accepted => state.AfterAcceptance(result.Identity),
            ProbeVerdict.Rejected => state.AfterRejection(now, jitter),
            _ => state.AfterSilence(result.Problem, now, jitter),
        });
        if (result.Verdict == ProbeVerdict.Accepted)
        {
            credential.NoteSuccess(now);
        }

        if (!before.Quarantined && after.Quarantined)
        {
            log.Quarantined(options.Name);
        }
        else if (before.Quarantined && !after.Quarantined)
        {
            log.Released(options.Name);
        }

        if (after.ProbeProblem is { } problem && problem != before.ProbeProblem)
        {
            log.NotVerified(options.Name, problem);
        }

        return result.Verdict;
    }

    private async Task<ProbeResult> AskAsync(Credential credential, NotionToken token, CancellationToken cancellationToken)
    {
        try
        {
            return await probe.ProbeAsync(credential, token, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return new ProbeResult(ProbeVerdict.Unknown, Problem: "Notion could not be reached: no response in time");
        }
    }
}
