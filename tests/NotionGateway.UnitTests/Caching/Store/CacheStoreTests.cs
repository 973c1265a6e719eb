using NotionGateway.Bodies;
using NotionGateway.Caching.Store;
using NotionGateway.Caching.Tags;
using NotionGateway.Notion;
using NotionGateway.Settings;

namespace NotionGateway.UnitTests.Caching.Store;

public sealed class CacheStoreTests
{
    private readonly Reloadable<CachingOptions> _options = new(Options(10_000));
    private readonly BodyBudget _budget = new(new LimitsOptions { MaxBufferedBytes = 20_000, MaxConnections = 1 }, () => []);
    private readonly CacheStore _store;
    private readonly List<Eviction> _evicted = [];
    private int _released;

    public CacheStoreTests()
    {
        _store = new CacheStore(_options, _budget);
        _store.Evicted += _evicted.Add;
    }

    [Fact]
    public void What_was_kept_is_found_and_held_for_its_finder()
    {
        var entry = Add("a", 100);
        var found = _store.Find(Key("a"))!;
        Assert.Same(entry, found);
        _store.Drop(entry);
        Assert.Equal(0, _released);
        found.Response.Release();
        Assert.Equal(1, _released);
        Assert.Null(_store.Find(Key("a")));
        Assert.Equal((0L, 0), (_store.Bytes, _store.Count));
    }

    [Fact]
    public void The_one_used_longest_ago_goes_first()
    {
        Add("a", 2000);
        Add("b", 2000);
        Add("c", 2000);
        _store.Find(Key("a"))!.Response.Release();
        Add("d", 2000);
        Assert.Equal(["a", "c", "d"], new[] { "a", "b", "c", "d" }.Where(Has));
        Assert.Equal([Eviction.Size], _evicted);
        Assert.Equal(1, _released);
    }

    [Fact]
    public void It_never_takes_more_than_it_may()
    {
        for (var i = 0; i < 1000; i++)
        {
            Add($"{i}", i % 3000);
            Assert.InRange(_store.Bytes, 0, 10_000);
        }
    }

    [Fact]
    public void What_is_larger_than_the_store_is_not_kept()
    {
        Add("a", 100);
        Assert.False(TryAdd("b", 10_000, out _));
        Assert.True(Has("a"));
    }

    [Fact]
    public void A_newer_one_replaces_the_older()
    {
        var before = Add("a", 100);
        var after = Add("a", 200);
        _store.Drop(before);
        Assert.Same(after, _store.Find(Key("a")));
        Assert.Equal([Eviction.Replaced], _evicted);
        Assert.Equal(1, _store.Count);
    }

    [Fact]
    public void A_callers_body_takes_its_memory_and_not_the_other_way_round()
    {
        Add("a", 4000);
        Add("b", 4000);
        Assert.True(_budget.TryTake(8000, "crm", 1));
        Assert.Equal((2, 8000 + 8000L), (_store.Count, _budget.Taken));
        Assert.True(_budget.TryTake(8000, "crm", 1));
        Assert.False(Has("a"));
        Assert.True(_budget.TryTakeFree(100));
        Assert.False(_budget.TryTakeFree(10_000));
    }

    [Fact]
    public void Where_it_may_take_more_than_there_is_the_one_used_longest_ago_makes_room_for_the_next()
    {
        _options.Replace(Options(1_000_000));
        for (var i = 0; i < 20; i++)
        {
            Add($"{i}", 2000 + i);
        }

        Assert.Equal((true, false), (Has("19"), Has("0")));
        Assert.InRange(_store.Count, 8, 9);
        Assert.InRange(_budget.Taken, 16_000, 20_000);
    }

    [Fact]
    public void A_reload_that_allows_less_shrinks_it_at_once()
    {
        Add("a", 2000);
        Add("b", 2000);
        _options.Replace(Options(3000));
        Assert.Equal((false, true), (Has("a"), Has("b")));
        _options.Replace(Options(3000) with { Policies = new Dictionary<string, CachePolicy>() });
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public void The_bot_and_the_request_name_an_entry_together()
    {
        Add("a", 100);
        Assert.Null(_store.Find(Key("a") with { Bot = "another" }));
    }

    private static CachingOptions Options(long most) => new()
    {
        Coalesce = Coalescing.Queued,
        MaxEntryBytes = 1000,
        MaxBytes = most,
        PerReplica = false,
        Policies = new Dictionary<string, CachePolicy>
        {
            ["p"] = new() { Ttl = TimeSpan.FromMinutes(1), Operations = null, SignedUrlReserve = TimeSpan.Zero },
        },
    };

    private static EntryKey Key(string name) => new("bot", CacheKey.Of([], name));

    private bool Has(string name)
    {
        if (_store.Find(Key(name)) is not { } entry)
        {
            return false;
        }

        entry.Response.Release();
        return true;
    }

    private CacheEntry Add(string name, int bytes)
    {
        Assert.True(TryAdd(name, bytes, out var entry));
        return entry;
    }

    private bool TryAdd(string name, int bytes, out CacheEntry entry)
    {
        Assert.True(_budget.TryTakeFree(bytes));
        var response = new WholeResponse(200, [], new byte[bytes], () =>
        {
            _released++;
            _budget.GiveBack(bytes);
        });
        entry = new CacheEntry(Key(name), response, [new Tag(TagKind.Search, 1)], default, default, urlsEnd: null);
        var isKept = _store.TryAdd(entry);
        response.Release();
        return isKept;
    }
}
