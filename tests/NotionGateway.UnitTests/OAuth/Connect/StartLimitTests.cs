using NotionGateway.OAuth.Connect;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.OAuth.Connect;

public sealed class StartLimitTests
{
    private static readonly KeyDigest First = KeyDigest.Of("first");
    private static readonly KeyDigest Second = KeyDigest.Of("second");

    private readonly TwoClocks _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void In_any_ten_minutes_a_link_is_begun_so_many_times()
    {
        var limit = new StartLimit(_time);
        for (var start = 0; start < StartLimit.Most; start++)
        {
            Assert.True(limit.TryTake(First));
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.False(limit.TryTake(First));
        Assert.True(limit.TryTake(Second));

        // The first of them began 10 minutes ago; the second did not.
        _time.Advance(ConsentStart.Timeout - (StartLimit.Most * TimeSpan.FromSeconds(10)));
        Assert.True(limit.TryTake(First));
        Assert.False(limit.TryTake(First));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_wall_clock_that_is_set_changes_nothing_of_it(int hours)
    {
        var limit = new StartLimit(_time);
        Assert.All(Enumerable.Range(0, StartLimit.Most), _ => Assert.True(limit.TryTake(First)));

        _time.SetWallClock(TimeSpan.FromHours(hours));
        Assert.False(limit.TryTake(First));

        _time.Advance(ConsentStart.Timeout);
        Assert.True(limit.TryTake(First));
    }

    [Fact]
    public void One_who_was_refused_has_not_begun()
    {
        var limit = new StartLimit(_time);
        var begun = 0;
        for (var second = 0; second < 600; second++)
        {
            begun += limit.TryTake(First) ? 1 : 0;
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(StartLimit.Most, begun);
        Assert.True(limit.TryTake(First));
    }
}
