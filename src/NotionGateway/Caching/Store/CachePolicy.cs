using NotionGateway.Notion;

namespace NotionGateway.Caching.Store;

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

    public bool Covers(NotionOperation operation) => operation.Cacheable && (Operations?.Contains(operation.Name, StringComparer.Ordinal) ?? true);

    /// <summary>How long a response remains good for a reader; negative if it is too old already.</summary>
    /// <param name="age">Its age.</param>
    /// <param name="urlsEndIn">When the first of its signed addresses expires; null if it has none.</param>
    /// <param name="asked">What the reader says.</param>
    /// <param name="isHeard">Whether a change by others would have been heard of.</param>
    public TimeSpan GoodFor(TimeSpan age, TimeSpan? urlsEndIn, RequestDirectives asked, bool isHeard)
    {
        var left = ((isHeard ? TtlWithEvents : null) ?? Ttl) - age;
        if (asked.MaxStale > TimeSpan.Zero)
        {
            var longer = left + asked.MaxStale < GreatestAge - age ? left + asked.MaxStale : GreatestAge - age;
            left = MonotonicTime.Later(left, longer);
        }

        left -= asked.MinFresh;
        left = asked.MaxAge is { } most && most - age < left ? most - age : left;
        return urlsEndIn is { } end && end - SignedUrlReserve < left ? end - SignedUrlReserve : left;
    }
}
