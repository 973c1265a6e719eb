using NotionGateway.Browsers;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Browsers;

public sealed class AttemptLimitTests
{
    private readonly TwoClocks _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void Each_key_is_tried_so_often_in_any_span_of_that_length()
    {
        var limit = new AttemptLimit<string>(3, TimeSpan.FromMinutes(10), 100, _time);
        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(limit.TryTake("one")));

        Assert.False(limit.TryTake("one"));
        Assert.True(limit.TryTake("other"));
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.True(limit.TryTake("one"));
    }

    [Fact]
    public void Many_keys_take_no_more_than_their_room()
    {
        var limit = new AttemptLimit<int>(1, TimeSpan.FromMinutes(10), 10, _time);
        Assert.All(Enumerable.Range(0, 1000), key => Assert.True(limit.TryTake(key)));

        // The last ones are remembered; the first has been forgotten for them.
        Assert.False(limit.TryTake(999));
        Assert.True(limit.TryTake(0));
    }
}
