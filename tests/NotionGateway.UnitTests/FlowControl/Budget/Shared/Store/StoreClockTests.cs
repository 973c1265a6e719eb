using NotionGateway.FlowControl.Budget.Shared.Store;

namespace NotionGateway.UnitTests.FlowControl.Budget.Shared.Store;

/// <summary>A jump of the store's clock is noticed for certain or not at all: a slow answer is none.</summary>
public sealed class StoreClockTests
{
    private const long Start = 1_796_000_000_000_000;

    private readonly StoreClock _clock = new(TimeSpan.FromSeconds(0.5), remembered: TimeSpan.FromSeconds(120));

    [Theory]
    [InlineData(1_000_000, 0, 1000, 1001, false)]
    [InlineData(1_400_000, 0, 1000, 1001, false)]
    [InlineData(1_700_000, 0.698, 1000, 1001, true)]
    [InlineData(1_700_000, 0, 1000, 1700, false)]
    [InlineData(400_000, -0.6, 1000, 1001, false)]
    public void It_has_jumped_if_no_latency_can_explain_it(long later, double difference, int asked, int answered, bool jumped)
    {
        Assert.False(_clock.HasJumped(Start, Milliseconds(0), Milliseconds(1)));
        Assert.Equal(jumped, _clock.HasJumped(Start + later, Milliseconds(asked), Milliseconds(answered)));
        if (difference != 0)
        {
            Assert.Equal(difference, _clock.Difference.TotalSeconds, 0.01);
        }
    }

    [Theory]
    [InlineData(83, true)]
    [InlineData(20, true)]
    [InlineData(4, false)]
    public void One_that_is_put_right_little_by_little_is_noticed_as_soon_as_it_is_beyond_the_margin(int millisecondsEachSecond, bool noticed)
    {
        var jumps = new List<int>();
        for (var second = 0; second < 120; second++)
        {
            var now = Start + (second * (1_000_000L + (millisecondsEachSecond * 1000)));
            if (_clock.HasJumped(now, Milliseconds(second * 1000), Milliseconds((second * 1000) + 1)))
            {
                jumps.Add(second);
            }
        }

        Assert.Equal(noticed, jumps.Count > 0);
        Assert.All(jumps.Take(1), second => Assert.InRange(second * millisecondsEachSecond, 500, 500 + (2 * millisecondsEachSecond) + 2));
    }

    [Fact]
    public void A_question_is_valid_for_three_seconds_after_the_last_answer()
    {
        _clock.Hear(Start);
        Assert.Equal("1796000003000000", _clock.ValidUntil);
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);
}
