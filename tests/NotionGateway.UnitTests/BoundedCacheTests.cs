using Microsoft.Extensions.Time.Testing;

namespace NotionGateway.UnitTests;

public sealed class BoundedCacheTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly BoundedCache<string, int> _cache;

    public BoundedCacheTests() => _cache = new BoundedCache<string, int>(3, TimeSpan.FromMinutes(1), _time);

    [Fact]
    public void A_value_is_remembered_until_its_time_has_passed()
    {
        _cache.Set("a", 1);

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, Get("a"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Get("a"));
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public void Setting_it_again_begins_its_time_again_and_a_look_does_not()
    {
        _cache.Set("a", 1);
        _cache.Set("b", 1);
        _time.Advance(TimeSpan.FromSeconds(40));
        _cache.Set("a", 2);
        Get("b");

        _time.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal((2, null), (Get("a"), Get("b")));
    }

    [Fact]
    public void At_the_bound_the_one_that_was_set_longest_ago_goes_and_only_that()
    {
        foreach (var key in (string[])["a", "b", "c", "a", "d"])
        {
            _cache.Set(key, 1);
        }

        Assert.Equal(3, _cache.Count);
        Assert.Equal([1, null, 1, 1], new[] { Get("a"), Get("b"), Get("c"), Get("d") });
    }

    [Fact]
    public void What_is_removed_is_gone_and_the_others_stay()
    {
        _cache.Set("a", 1);
        _cache.Set("b", 2);

        _cache.Remove("a");
        _cache.Remove("a");
        _cache.Remove("never there");

        Assert.Equal((null, 2, 1), (Get("a"), Get("b"), _cache.Count));
    }

    [Fact]
    public void Without_an_end_in_time_only_the_bound_counts()
    {
        var cache = new BoundedCache<string, int>(2, TimeSpan.MaxValue, _time);
        cache.Set("a", 1);

        _time.Advance(TimeSpan.FromDays(1000));

        Assert.True(cache.TryGet("a", out _));
    }

    [Fact]
    public async Task Many_at_once_stay_within_the_bound()
    {
        var cache = new BoundedCache<int, int>(100, TimeSpan.FromMinutes(1), _time);

        await Parallel.ForAsync(0, 10_000, (number, _) =>
        {
            cache.Set(number % 500, number);
            cache.TryGet(number % 300, out var _);
            cache.Remove(number % 7);
            return ValueTask.CompletedTask;
        });

        Assert.InRange(cache.Count, 1, 100);
    }

    private int? Get(string key) => _cache.TryGet(key, out var value) ? value : null;
}
