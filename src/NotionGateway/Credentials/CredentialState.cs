using NotionGateway.Credentials.Sources;

namespace NotionGateway.Credentials;

/// <summary>A token's identity, as Notion reports it: the bot is the connection that limits count, the workspace groups connections.</summary>
internal sealed record NotionIdentity(string BotId, string? WorkspaceId);

/// <summary>
/// What is known of one credential at a moment. Each method gives the next state; nothing here reads, waits or sends. Times
/// are <see cref="MonotonicTime"/>: what is due must not depend on the wall clock.
/// </summary>
internal sealed record CredentialState
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);
    private static readonly Backoff Reprobe = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));

    /// <summary>The last good token; kept while its source cannot be read.</summary>
    public NotionToken? Token { get; init; }

    /// <summary>When the source was last read with success.</summary>
    public TimeSpan? ReadAt { get; init; }

    /// <summary>When the grant behind it was last written, as the store says: the wall clock, which processes share.</summary>
    public DateTimeOffset? StoredAt { get; init; }

    /// <summary>The version that the store gave it then.</summary>
    public long StoredVersion { get; init; }

    /// <summary>Whether source and, if wanted, probe have been tried once.</summary>
    public bool Tried { get; init; }

    /// <summary>What went wrong when the source was last read, fit for a log; null if nothing did.</summary>
    public string? Problem { get; init; }

    /// <summary>Why the last probe says nothing of the token, fit for a log; null if it said something, or there was none.</summary>
    public string? ProbeProblem { get; init; }

    /// <summary>Notion has rejected the token twice: nothing is sent with it until a probe succeeds.</summary>
    public bool Quarantined { get; init; }

    /// <summary>When Notion last answered 401 to the token.</summary>
    public TimeSpan? UnauthorizedAt { get; init; }

    public NotionIdentity? Identity { get; init; }

    /// <summary>When the source is due to be read again.</summary>
    public TimeSpan Due { get; init; } = TimeSpan.MinValue;

    /// <summary>When the token is due to be tried again, in quarantine.</summary>
    public TimeSpan ProbeDue { get; init; } = TimeSpan.MinValue;

    private int FailuresInARow { get; init; }

    /// <summary>How often in a row a probe has not ended the quarantine.</summary>
    private int Rejections { get; init; }

    /// <summary>How often Notion could not be asked whose token it is.</summary>
    private int ProbesInVain { get; init; }

    /// <summary>Due to be read and, in quarantine, to be tried at once, whatever its interval or pause.</summary>
    public CredentialState DueNow() => this with { Due = TimeSpan.MinValue, ProbeDue = TimeSpan.MinValue };

    public bool IsProbeDue(TimeSpan now) => Quarantined && ProbeDue <= now;

    /// <summary>Why no request may use the credential now; null if one may.</summary>
    public Refusal? Refuse(CredentialTerms terms, TimeSpan now)
    {
        if (Quarantined)
        {
            return Dead(terms);
        }

        if (Token is null)
        {
            return new Refusal(RefusalReason.CredentialUnavailable, $"The token of credential '{terms.Name}' is temporarily unavailable. Try again soon.")
            {
                RetryAfter = Due > now ? Due - now : TimeSpan.FromSeconds(1),
            };
        }

        return Problem is not null && now - ReadAt > terms.LongestSilence
            ? new Refusal(RefusalReason.CredentialUnavailable, $"The source of credential '{terms.Name}' has been unavailable for longer than is allowed.")
            {
                RetryAfter = LongestRetry,
            }
            : null;
    }

    /// <summary>The message for a caller whose credential's token Notion rejects.</summary>
    public static Refusal Dead(CredentialTerms terms) => new(
        RefusalReason.UpstreamUnauthorized, $"Notion rejects the token of credential '{terms.Name}'. {terms.Remedy}; your gateway key is valid.");

    /// <summary>The grant store gave a token, and says whose it is.</summary>
    public CredentialState AfterGrant(NotionToken token, NotionIdentity identity, DateTimeOffset at, long version) => this with
    {
        Token = token,
        StoredAt = at,
        StoredVersion = version,
        Tried = true,
        Quarantined = false,
        Identity = identity,
    };

    /// <summary>The source gave a token.</summary>
    public CredentialState AfterReading(NotionToken token, CredentialOptions options, TimeSpan now, double jitter)
    {
        var changed = !token.Equals(Token);
        return this with
        {
            Token = token,
            ReadAt = now,
            Problem = null,
            ProbeProblem = changed ? null : ProbeProblem,
            // A new token has done nothing wrong yet; one that is quarantined is still probed.
            Quarantined = Quarantined && !changed,
            Identity = changed ? null : Identity,
            ProbesInVain = changed ? 0 : ProbesInVain,
            UnauthorizedAt = changed ? null : UnauthorizedAt,
            FailuresInARow = 0,
            Due = now + Jittered(options.RefreshInterval, jitter),
        };
    }

    /// <summary>The source returned nothing: the last good token stays. A source that says when to retry is not called before then.</summary>
    public CredentialState AfterFailure(string problem, CredentialOptions options, TimeSpan now, double jitter, TimeSpan? asked = null)
    {
        var longest = options.RefreshInterval < LongestRetry ? options.RefreshInterval : LongestRetry;
        var wait = Jittered(new Backoff(FirstRetry, longest).After(FailuresInARow + 1), jitter);
        return this with
        {
            Problem = problem,
            FailuresInARow = FailuresInARow + 1,
            Due = now + (asked > wait ? asked.Value : wait),
        };
    }

    /// <summary>Notion knows the token.</summary>
    public CredentialState AfterAcceptance(NotionIdentity? identity) => this with
    {
        Quarantined = false,
        ProbeProblem = null,
        Identity = identity ?? Identity,
        ProbesInVain = 0,
    };

    /// <summary>Notion rejects the token, also in a probe.</summary>
    public CredentialState AfterRejection(TimeSpan now, double jitter) => this with
    {
        Quarantined = true,
        ProbeProblem = null,
        UnauthorizedAt = now,
        Rejections = Quarantined ? Rejections + 1 : 1,
        ProbeDue = now + Jittered(Reprobe.After(Quarantined ? Rejections + 1 : 1), jitter),
    };

    /// <summary>
    /// Notion could not be reached. Nothing new is known; in quarantine, the next probe waits for its time. A token whose bot is unknown is tried again
    /// soon: until then it has a budget and a queue of its own.
    /// </summary>
    public CredentialState AfterSilence(string? problem, TimeSpan now, double jitter)
    {
        if (Quarantined)
        {
            return AfterRejection(now, jitter) with { UnauthorizedAt = UnauthorizedAt, ProbeProblem = problem };
        }

        var next = now + Jittered(new Backoff(FirstRetry, LongestRetry).After(ProbesInVain + 1), jitter);
        return Identity is not null || StoredAt is not null
            ? this with { ProbeProblem = problem }
            : this with { ProbeProblem = problem, ProbesInVain = ProbesInVain + 1, Due = next < Due ? next : Due };
    }

    /// <summary>From 90 % to 110 %, so that many credentials do not ask at the same moment.</summary>
    private static TimeSpan Jittered(TimeSpan span, double jitter) => span * (0.9 + (0.2 * jitter));
}
