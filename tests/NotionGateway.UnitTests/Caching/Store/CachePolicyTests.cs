using NotionGateway.Caching.Store;

namespace NotionGateway.UnitTests.Caching.Store;

/// <summary>What callers may say of stored responses, against ages: who gets one, and how long it remains good.</summary>
public sealed class CachePolicyTests
{
    private static readonly CachePolicy Minute = new() { Ttl = TimeSpan.FromMinutes(1), Operations = null, SignedUrlReserve = TimeSpan.FromMinutes(30) };

    [Theory]
    [InlineData(null, 0, 60)]
    [InlineData(null, 59, 1)]
    [InlineData(null, 60, 0)]
    [InlineData(null, 61, -1)]
    [InlineData("max-age=30", 29, 1)]
    [InlineData("max-age=30", 31, -1)]
    [InlineData("max-age=600", 61, -1)]
    [InlineData("max-age=0", 1, -1)]
    [InlineData("MAX-AGE=5", 6, -1)]
    [InlineData("max-age=\"5\"", 6, -1)]
    [InlineData("max-age", 1, -1)]
    [InlineData("max-age=x", 1, -1)]
    [InlineData("max-age=-1", 1, -1)]
    [InlineData("max-age=50, max-age=5", 6, -1)]
    [InlineData("min-fresh=10", 49, 1)]
    [InlineData("min-fresh=10", 51, -1)]
    [InlineData("min-fresh=x", 0, -31535940)]
    [InlineData("max-stale=30", 89, 1)]
    [InlineData("max-stale=30", 91, -1)]
    [InlineData("max-stale", 3599, 1)]
    [InlineData("max-stale", 3601, -1)]
    [InlineData("max-stale=30, max-age=20", 21, -1)]
    [InlineData("max-stale=x", 61, -1)]
    [InlineData("private, something=else,,", 59, 1)]
    [InlineData("max-age=99999999999999", 1, -1)]
    public void The_strictest_word_counts(string? said, int age, int goodFor) => Assert.Equal(
        TimeSpan.FromSeconds(goodFor), Minute.GoodFor(TimeSpan.FromSeconds(age), urlsEndIn: null, RequestDirectives.Parse(said), isHeard: false));

    [Theory]
    [InlineData(59, 0, 60)]
    [InlineData(30.5, 0, 30)]
    [InlineData(29, 0, -60)]
    public void Signed_addresses_keep_their_reserve(double urlsEndInMinutes, int age, int goodFor) => Assert.InRange(
        Minute.GoodFor(TimeSpan.FromSeconds(age), TimeSpan.FromMinutes(urlsEndInMinutes), default, isHeard: false).TotalSeconds,
        goodFor - 0.01,
        goodFor + 0.01);

    [Theory]
    [InlineData(null, 299, 1)]
    [InlineData(null, 301, -1)]
    [InlineData("max-age=30", 31, -1)]
    public void Where_changes_by_others_are_heard_of_the_longer_time_applies(string? said, int age, int goodFor) => Assert.Equal(
        TimeSpan.FromSeconds(goodFor),
        (Minute with { TtlWithEvents = TimeSpan.FromMinutes(5) }).GoodFor(TimeSpan.FromSeconds(age), null, RequestDirectives.Parse(said), isHeard: true));

    [Fact]
    public void A_reader_that_takes_older_ones_does_not_lose_by_saying_so() => Assert.Equal(
        TimeSpan.FromHours(1),
        (Minute with { TtlWithEvents = TimeSpan.FromHours(2) }).GoodFor(TimeSpan.FromHours(1), null, RequestDirectives.Parse("max-stale=60"), isHeard: true));

    [Theory]
    [InlineData(null, 90, 0)]
    [InlineData(null, 91, -1)]
    [InlineData("max-age=60", 61, -1)]
    [InlineData("min-fresh=10", 81, -1)]
    public void Older_ones_are_good_only_as_far_as_the_reader_says_nothing_else(string? said, int age, int goodFor) => Assert.Equal(
        TimeSpan.FromSeconds(goodFor),
        Minute.GoodFor(TimeSpan.FromSeconds(age), null, RequestDirectives.Parse(said), isHeard: false, longer: TimeSpan.FromSeconds(30)));

    [Fact]
    public void No_older_one_is_given_with_nearly_dead_addresses() => Assert.True(
        Minute.GoodFor(TimeSpan.FromSeconds(61), TimeSpan.FromMinutes(29), default, isHeard: false, longer: TimeSpan.FromHours(1)) < TimeSpan.Zero);

    [Fact]
    public void No_word_makes_nearly_dead_addresses_good() =>
        Assert.True(Minute.GoodFor(TimeSpan.Zero, TimeSpan.FromMinutes(1), RequestDirectives.Parse("max-stale"), isHeard: false) < TimeSpan.Zero);

    [Theory]
    [InlineData("no-store", true, false, false)]
    [InlineData("No-Cache", false, true, false)]
    [InlineData("only-if-cached, max-age=3", false, false, true)]
    [InlineData("no-cache, no-store", true, true, false)]
    [InlineData("", false, false, false)]
    [InlineData("max-age=1", false, false, false)]
    [InlineData("max-age=0", false, true, false)]
    public void Words_without_a_number_are_known(string said, bool noStore, bool noCache, bool onlyIfCached)
    {
        var asked = RequestDirectives.Parse(said);
        Assert.Equal((noStore, noCache, onlyIfCached), (asked.NoStore, asked.AsksNotion, asked.OnlyIfCached));
    }
}
