using NotionGateway.Caching.Store;

namespace NotionGateway.UnitTests.Caching.Store;

public sealed class CacheKeyTests
{
    [Fact]
    public void The_same_parts_give_the_same_key()
    {
        Assert.Equal(CacheKey.Of("{}"u8, "GET", "/v1/users", null), CacheKey.Of("{}"u8, "GET", "/v1/users", null));
        Assert.Equal(CacheKey.Of("{}"u8, "GET", null).GetHashCode(), CacheKey.Of("{}"u8, "GET", null).GetHashCode());
    }

    [Fact]
    public void Whatever_differs_gives_another_key()
    {
        CacheKey[] all =
        [
            CacheKey.Of([], "GET", "/v1/users", "v"),
            CacheKey.Of([], "GET", "/v1/users?", "v"),
            CacheKey.Of([], "GET", "//v1/users", "v"),
            CacheKey.Of([], "POST", "/v1/users", "v"),
            CacheKey.Of([], "GET", "/v1/users", "w"),
            CacheKey.Of([], "GET", "/v1/users", ""),
            CacheKey.Of([], "GET", "/v1/users", null),
            CacheKey.Of("{}"u8, "GET", "/v1/users", "v"),
            CacheKey.Of("{ }"u8, "GET", "/v1/users", "v"),
            CacheKey.Of("""{"a":1,"b":2}"""u8, "GET", "/v1/users", "v"),
            CacheKey.Of("""{"b":2,"a":1}"""u8, "GET", "/v1/users", "v"),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void Parts_cannot_run_into_each_other()
    {
        CacheKey[] all =
        [
            CacheKey.Of([], "ab", "c"),
            CacheKey.Of([], "a", "bc"),
            CacheKey.Of([], "abc", ""),
            CacheKey.Of([], "", "abc"),
            CacheKey.Of([], "abc"),
            CacheKey.Of([], "a\0b", "c"),
            CacheKey.Of([], "a", "\0bc"),
            CacheKey.Of("c"u8, "ab"),
            CacheKey.Of("abc"u8, ""),
            CacheKey.Of("abc"u8),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void A_long_head_has_a_key_too()
    {
        var target = new string('x', 100_000);
        Assert.Equal(CacheKey.Of([], target), CacheKey.Of([], target));
        Assert.NotEqual(CacheKey.Of([], target), CacheKey.Of([], target + "y"));
    }
}
