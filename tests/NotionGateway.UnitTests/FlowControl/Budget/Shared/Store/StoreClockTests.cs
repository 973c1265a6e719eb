using NotionGateway.FlowControl.Budget.Shared.Store;

namespace NotionGateway.UnitTests.FlowControl.Budget.Shared.Store;

/// <summary>A jump of the store's clock is noticed for certain or not at all: a slow answer is none.</summary>
public sealed class StoreClockTests
{
    private const long Start = 1_796_000_000_000_000;

    private readonly StoreClock _clock = new(TimeSpan.FromSeconds(0.5));

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

    [Fact]
    public void A_question_is_valid_for_three_seconds_after_the_last_answer()
    {
        _clock.Hear(Start);
        Assert.Equal("1796000003000000", _clock.ValidUntil);
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);
}
