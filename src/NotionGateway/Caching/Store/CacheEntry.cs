using NotionGateway.Caching.Tags;
using NotionGateway.Notion;

namespace NotionGateway.Caching.Store;

/// <summary>What names a stored response: the bot that it was given to, in clear text, and the request.</summary>
internal readonly record struct EntryKey(string Bot, CacheKey Request);

/// <summary>A stored response, and what it depends on.</summary>
/// <param name="key">Its name.</param>
/// <param name="response">The response; the entry holds it.</param>
/// <param name="tags">What it depends on.</param>
/// <param name="asked">When it was asked for.</param>
/// <param name="askedAt">The same by the wall clock.</param>
/// <param name="urlsEnd">When the first of its signed addresses expires; null if it has none.</param>
internal sealed class CacheEntry(EntryKey key, WholeResponse response, Tag[] tags, Moment asked, DateTimeOffset askedAt, DateTimeOffset? urlsEnd)
{
    /// <summary>What an entry takes beside its body and headers: objects, its place in the table and in the order of use.</summary>
    private const int Overhead = 600;

    public EntryKey Key => key;

    public WholeResponse Response => response;

    public ReadOnlySpan<Tag> Tags => tags;

    public Moment Asked => asked;

    /// <summary>The memory that it takes.</summary>
    public long Bytes { get; } = Overhead + response.Body.Length + (32L * tags.Length)
        + response.Headers.Sum(header => 2L * (header.Key.Length + header.Value.ToString().Length));

    /// <summary>
    /// Its age: the greater of what the two clocks say. The monotonic one stands still while a machine sleeps, and the wall clock can be set back.
    /// </summary>
    public TimeSpan Age(TimeSpan now, DateTimeOffset wallClock) => MonotonicTime.Later(now - asked.At, wallClock - askedAt);

    public TimeSpan? UrlsEndIn(DateTimeOffset wallClock) => urlsEnd - wallClock;
}
