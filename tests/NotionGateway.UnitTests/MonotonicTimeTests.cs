namespace NotionGateway.UnitTests;

public sealed class MonotonicTimeTests
{
    [Theory]
    [InlineData(10_000_000)]
    [InlineData(1_000_000_000)]
    [InlineData(24_000_000)]
    public void A_tick_is_seen_however_long_the_machine_has_run(long frequency)
    {
        var time = new Counter(frequency);
        var start = TimeSpan.FromDays(20_000);
        foreach (var ticks in new long[] { 0, 1, 2, 1_000_001 })
        {
            // The first count that is not before the time.
            var count = (long)Int128.Min(long.MaxValue, (((Int128)(start.Ticks + ticks) * frequency) + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);
            Assert.Equal(start + TimeSpan.FromTicks(ticks), time.Monotonic(count));
        }
    }

    private sealed class Counter(long frequency) : TimeProvider
    {
        public override long TimestampFrequency => frequency;
    }
}
