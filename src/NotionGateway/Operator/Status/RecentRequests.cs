using NotionGateway.Notion;
using NotionGateway.Telemetry;

namespace NotionGateway.Operator.Status;

/// <summary>Whose requests a sum is of.</summary>
internal readonly record struct UseKey(string Credential, string Caller);

/// <summary>
/// What operators may ask about the requests that have just ended: the last ones one by one, and the last minute in sums. Names, numbers, ids and
/// the messages of denials only. All of it is bounded, and requests without a valid key take no place from those with one.
/// </summary>
internal sealed class RecentRequests(TimeProvider time)
{
    public const int MostRequests = 500;

    /// <summary>Of callers; and as many of requests without a valid key.</summary>
    public const int MostDenials = 200;

    public const int LongestMessage = 300;

    private const int MostUses = 2000;

    private readonly Ring<StatusRequest> _requests = new(MostRequests);
    private readonly RecentDenials _denials = new(MostDenials, time);
    private readonly RecentDenials _anonymous = new(MostDenials, time);

    /// <summary>The start of the program: these are made with its pipeline.</summary>
    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>The last minute by credential and caller.</summary>
    public RecentUse<UseKey> Uses { get; } = new(MostUses, time);

    /// <summary>Those that were not denied before Notion was asked, the newest first.</summary>
    public IReadOnlyList<StatusRequest> Requests => _requests.NewestFirst();

    /// <summary>Those of callers and those without a valid key together, the newest first.</summary>
    public IReadOnlyList<StatusRequest> Denials => [.. _denials.NewestFirst.Concat(_anonymous.NewestFirst).OrderByDescending(denial => denial.At)];

    /// <summary>The denials of the last minute by cause, the most frequent first: those of callers, then those without a valid key.</summary>
    public IReadOnlyList<StatusDenials> DenialsLastMinute => [.. MostFrequent(_denials), .. MostFrequent(_anonymous)];

    public void Ended(in RequestFacts facts, string id, TimeSpan elapsed)
    {
        var own = elapsed - facts.Queued - facts.Paused - facts.Upstream.Elapsed;
        var request = new StatusRequest
        {
            At = time.GetUtcNow(),
            Id = id,
            NotionId = facts.Upstream.NotionRequestId,
            TraceId = facts.Trace == default ? null : facts.Trace.ToHexString(),
            Caller = facts.CallerName,
            Key = facts.Key,
            Peer = facts.Peer,
            Credential = facts.CredentialText,
            Operation = facts.OperationName,
            Status = facts.Status,
            Outcome = facts.Outcome.Label(),
            Reason = facts.Refusal?.Reason.Name,
            Message = facts.Refusal is { } no ? Bounded(no.Message) : null,
            Sent = facts.Attempts,
            QueueMs = Milliseconds(facts.Queued),
            NotionMs = Milliseconds(facts.Upstream.Elapsed),
            TotalMs = Milliseconds(elapsed),
        };
        Uses.Add(new UseKey(request.Credential, request.Caller), new Use
        {
            Requests = 1,
            Sent = facts.Attempts,
            FromMemory = facts.Outcome == RequestOutcome.Cached ? 1 : 0,
            Joined = facts is { Outcome: RequestOutcome.Answered, Attempts: 0 } ? 1 : 0,
            Failed = IsNotionsFailure(facts) ? 1 : 0,
            TurnedAway = facts is { Status: StatusCodes.Status429TooManyRequests, Refusal: not null } ? 1 : 0,
            Defects = facts.Refusal?.Reason == RefusalReason.InternalError ? 1 : 0,
            Notion = facts.Upstream.Elapsed,
            SlowestNotion = facts.Upstream.Elapsed,
            Own = own > TimeSpan.Zero ? own : TimeSpan.Zero,
        });
        if (facts.Refusal is { } refusal)
        {
            (facts.Caller is null ? _anonymous : _denials).Add(request, refusal.Reason.Name);
        }

        if (facts.Caller is not null && (facts.Refusal is null || facts.Attempts > 0))
        {
            _requests.Add(request);
        }
    }

    private static IEnumerable<StatusDenials> MostFrequent(RecentDenials denials) => denials.LastMinute()
        .OrderByDescending(cause => cause.Count)
        .ThenBy(cause => cause.Caller, StringComparer.Ordinal)
        .Take(MostDenials);

    private static bool IsNotionsFailure(in RequestFacts facts) =>
        facts.Attempts > 0
        && facts.Refusal?.Reason != RefusalReason.InternalError
        && facts.Refusal?.Reason != RefusalReason.UpstreamUnauthorized // a matter of the credential
        && (facts.Outcome == RequestOutcome.Failed || (facts.Outcome == RequestOutcome.Answered && facts.Status >= 500));

    /// <summary>A message may hold what callers or Notion have written: as much of it as is worth keeping, and no secret.</summary>
    private static string Bounded(string message) => StatusWords.Cut(NotionTokenShape.Redact(message), LongestMessage);

    private static double Milliseconds(TimeSpan span) => Math.Round(span.TotalMilliseconds, 1);
}
