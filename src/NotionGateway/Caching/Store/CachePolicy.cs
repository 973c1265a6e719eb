using NotionGateway.Notion;

namespace NotionGateway.Caching.Store;

/// <summary>Why a response is given that is older than usual.</summary>
internal enum StaleCause
{
    /// <summary>Permits are scarce, or Notion has said that it gets too many requests.</summary>
    Limited,

    /// <summary>Notion did not answer, or with an error of its own.</summary>
    Error,
}

/// <summary>Section <c>Gateway:Caching:Policies:{name}</c>: what a caller accepts to be answered from memory.</summary>
internal sealed record CachePolicy
{
    /// <summary>The greatest age that a caller can allow by <c>max-stale</c>.</summary>
    public static readonly TimeSpan GreatestAge = TimeSpan.FromHours(1);

    /// <summary>The greatest age that a policy can allow.</summary>
    public static readonly TimeSpan GreatestAgeWithEvents = TimeSpan.FromHours(6);

    /// <summary>The greatest age of a response that is given to the caller; 1 minute by default.</summary>
    public required TimeSpan Ttl { get; init; }

    /// <summary>The same while changes by others are heard of; <see cref="Ttl"/> by default.</summary>
    public TimeSpan? TtlWithEvents { get; init; }

    /// <summary>The names of the operations; null for all that can be stored.</summary>
    public required IReadOnlyList<string>? Operations { get; init; }

    /// <summary>A response is not given to the caller when its signed addresses expire sooner than this; 30 minutes by default.</summary>
    public required TimeSpan SignedUrlReserve { get; init; }

    /// <summary>How much older a response may be while permits are scarce; not at all by default.</summary>
    public TimeSpan StaleWhileLimited { get; init; }

    /// <summary>The wait for a permit from which on they are scarce; 2 seconds by default.</summary>
    public TimeSpan StaleAfter { get; init; }

    /// <summary>How much older a response may be that takes the place of a failure of Notion's; not at all by default.</summary>
    public TimeSpan StaleIfError { get; init; }

    /// <summary>How much older a response may be in this case.</summary>
    public TimeSpan LongerFor(StaleCause cause) => cause == StaleCause.Limited ? StaleWhileLimited : StaleIfError;

    public bool Covers(NotionOperation operation) => operation.Cacheable && (Operations?.Contains(operation.Name, StringComparer.Ordinal) ?? true);

    /// <summary>How long a response remains good for a reader; negative if it is too old already.</summary>
    /// <param name="age">Its age.</param>
    /// <param name="urlsEndIn">When the first of its signed addresses expires; null if it has none.</param>
    /// <param name="asked">What the reader says.</param>
    /// <param name="isHeard">Whether a change by others would have been heard of.</param>
    /// <param name="longer">How much older than usual it may be.</param>
    public TimeSpan GoodFor(TimeSpan age, TimeSpan? urlsEndIn, RequestDirectives asked, bool isHeard, TimeSpan longer = default)
    {
        var left = ((isHeard ? TtlWithEvents : null) ?? Ttl) + longer - age;
        if (asked.MaxStale > TimeSpan.Zero)
        {
            var extended = left + asked.MaxStale < GreatestAge - age ? left + asked.MaxStale : GreatestAge - age;
            left = MonotonicTime.Later(left, extended);
        }

        left -= asked.MinFresh;
        left = asked.MaxAge is { } most && most - age < left ? most - age : left;
        return urlsEndIn is { } end && end - SignedUrlReserve < left ? end - SignedUrlReserve : left;
    }
}
