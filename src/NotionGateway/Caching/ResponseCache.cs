using NotionGateway.Access.Targets;
using NotionGateway.Caching.Store;
using NotionGateway.Caching.Tags;
using NotionGateway.Credentials;
using NotionGateway.Notion;

namespace NotionGateway.Caching;

/// <summary>What a request wants of stored responses.</summary>
/// <param name="Policy">What its caller accepts.</param>
/// <param name="Key">What makes it the same as another.</param>
/// <param name="Asked">What it says itself.</param>
internal sealed record CacheUse(CachePolicy Policy, CacheKey Key, RequestDirectives Asked)
{
    /// <summary>Why Notion is asked, in the words of RFC 9211.</summary>
    public string Forwarded { get; init; } = "miss";
}

/// <summary>A stored response that may be given to a request. Its holder must release it.</summary>
/// <param name="Response">The response.</param>
/// <param name="Age">Its age.</param>
/// <param name="GoodFor">How long it remains good for this reader.</param>
internal readonly record struct StoredResponse(WholeResponse Response, TimeSpan Age, TimeSpan GoodFor);

/// <summary>Stored responses and what has changed since: gives out what is true, stores what is complete, and notes what is written.</summary>
internal sealed class ResponseCache
{
    private readonly CacheStore _store;
    private readonly TagBook _tags;
    private readonly EventWatch _watch;
    private readonly BlockPages _pages;
    private readonly CachingMetrics _metrics;
    private readonly TimeProvider _time;
    private bool _stores;

    public ResponseCache(
        CacheStore store, TagBook tags, EventWatch watch, CachingMetrics metrics, Reloadable<CachingOptions> options, TimeProvider time)
    {
        (_store, _tags, _watch, _metrics, _time, _stores) = (store, tags, watch, metrics, time, options.Current.Stores);
        _pages = new BlockPages(tags, time);
        options.Changed += Change;
    }

    /// <summary>How long a write may still be applied whose end is not known.</summary>
    public static readonly TimeSpan UnknownEnd = TimeSpan.FromSeconds(60);

    /// <summary>How long Notion may work on a write that it has only accepted.</summary>
    public static readonly TimeSpan AcceptedOnly = TimeSpan.FromMinutes(5);

    /// <summary>The present, for a request that is about to be sent.</summary>
    public (Moment Moment, DateTimeOffset WallClock) Now => (_tags.Now, _time.GetUtcNow());

    /// <summary>Whose responses these are; null while it is not known: then nothing is stored.</summary>
    public static CacheScope? ScopeOf(CredentialState state) => state.Identity is { WorkspaceId: { } workspace }
        ? new CacheScope(Tag.IdOf(workspace), Tag.IdOf(state.Identity.BotId))
        : null;

    /// <summary>A stored response that this request may have; null if there is none, with the reason.</summary>
    /// <param name="state">What is known of its credential.</param>
    /// <param name="use">What the request wants.</param>
    /// <param name="why">Why there is none, in the words of RFC 9211.</param>
    /// <param name="longer">How much older than usual it may be. What has changed is never given, however new.</param>
    public StoredResponse? Find(CredentialState state, CacheUse use, out string why, TimeSpan longer = default)
    {
        why = "miss";
        if (state.Identity is not { } identity || _store.Find(new EntryKey(identity.BotId, use.Key)) is not { } entry)
        {
            return null;
        }

        if (!_tags.IsTrue(entry.Tags, entry.Asked))
        {
            _store.Drop(entry);
            entry.Response.Release();
            return null;
        }

        var wallClock = _time.GetUtcNow();
        var age = entry.Age(_time.Monotonic(), wallClock);
        var isHeard = ScopeOf(state) is { } scope && _watch.Covers(scope, entry.Asked);
        var urlsEndIn = entry.UrlsEndIn(wallClock);
        var goodFor = use.Policy.GoodFor(age, urlsEndIn, use.Asked, isHeard);
        var givenFor = longer == TimeSpan.Zero ? goodFor : use.Policy.GoodFor(age, urlsEndIn, use.Asked, isHeard, longer);
        if (givenFor < TimeSpan.Zero || age > CachePolicy.GreatestAgeWithEvents)
        {
            why = "stale";
            entry.Response.Release();
            return null;
        }

        return new StoredResponse(entry.Response, age, goodFor);
    }

    /// <summary>Keeps a response, if it may be kept and is still true.</summary>
    public bool TryStore(
        CredentialState state,
        CacheUse use,
        NotionOperation operation,
        RequestTarget target,
        (Moment Moment, DateTimeOffset WallClock) asked,
        WholeResponse response)
    {
        if (state.Identity is not { } identity || ScopeOf(state) is not { } scope || !IsKept(response)
            || ReadTags.Of(operation, target, response.Body.Span, scope, block => _pages.PageOf(block, scope)) is not { } found)
        {
            return false;
        }

        var urlsEnd = SignedUrls.EarliestEnd(response.Body.Span);
        var isGood = urlsEnd is null || urlsEnd - _time.GetUtcNow() > use.Policy.SignedUrlReserve;
        if (!isGood || !_tags.IsTrue(found, asked.Moment))
        {
            return false;
        }

        if (operation.Name == "blocks.children.list" && found.FirstOrDefault(tag => tag.Kind == TagKind.Nested) is { Kind: TagKind.Nested } on)
        {
            _pages.Learn(on.Id, response.Body.Span, scope, asked.Moment);
        }

        return _store.TryAdd(new CacheEntry(new EntryKey(identity.BotId, use.Key), response, found, asked.Moment, asked.WallClock, urlsEnd));
    }

    /// <summary>Notion no longer gives this: what was stored of it is not given either.</summary>
    public void Drop(CredentialState state, CacheUse use)
    {
        if (state.Identity is { } identity)
        {
            _store.Drop(new EntryKey(identity.BotId, use.Key));
        }
    }

    /// <summary>Notion says that a place in a list is no longer good: then the first page of that list is not good either.</summary>
    public void ForgetList(CredentialState state, NotionOperation operation, RequestTarget target)
    {
        if (ScopeOf(state) is { } scope && ReadTags.Of(operation, target, [], scope, _ => null) is [var list, ..])
        {
            Changed([list]);
        }
    }

    /// <summary>Others have changed these, as Notion tells.</summary>
    public void ChangedElsewhere(IReadOnlyList<Tag> changed)
    {
        _metrics.Invalidated("event");
        _tags.Change(changed);
    }

    /// <summary>Nothing that came by this connection is given out any more.</summary>
    public void Forget(CredentialState state)
    {
        if (ScopeOf(state) is { } scope)
        {
            _metrics.Invalidated("unauthorized");
            _tags.Change([scope.Of(TagKind.Connection)]);
        }
    }

    /// <summary>A write is about to be sent. Of a connection whose workspace is not known, anything may be changed.</summary>
    public OpenWrite Begin(CredentialState state, NotionOperation operation, RequestTarget target, ReadOnlySpan<byte> body)
    {
        _metrics.Invalidated("write");
        var scope = ScopeOf(state);
        if (scope is null)
        {
            _tags.ChangeAll(TimeSpan.Zero);
        }

        var sent = NotionHead.OfObject(body);
        var begun = scope is { } known ? WriteTags.AtStart(operation, target, body, sent, known) : [];
        _tags.Begin(begun);
        return new OpenWrite(_tags, operation, scope, begun, WriteTags.GoesOn(operation, sent));
    }

    /// <summary>Writes that began while nothing was stored have not been noted; they end in this time.</summary>
    private void Change(CachingOptions now)
    {
        if (now.Stores && !_stores)
        {
            _tags.ChangeAll(AcceptedOnly);
        }

        _stores = now.Stores;
    }

    private void Changed(Tag[] changed)
    {
        _metrics.Invalidated("write");
        _tags.Change(changed);
    }

    private static bool IsKept(WholeResponse response) => response.Status == 200
        && (response.Header("Content-Encoding") is null or "" or "identity")
        && response.Header("Content-Type") is { } type
        && type.AsSpan().TrimStart().StartsWith("application/json", StringComparison.OrdinalIgnoreCase);
}
