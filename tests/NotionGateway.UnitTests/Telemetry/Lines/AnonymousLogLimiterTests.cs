using Microsoft.Extensions.Time.Testing;
using NotionGateway.Telemetry.Lines;

namespace NotionGateway.UnitTests.Telemetry.Lines;

public sealed class AnonymousLogLimiterTests
{
    [Fact]
    public void Ten_lines_a_second_and_then_the_number_of_the_others()
    {
        var time = new FakeTimeProvider();
        var limit = new AnonymousLogLimiter(time);

        Assert.Equal(10, Enumerable.Range(0, 1000).Count(_ => limit.TryTake(out var none) && none == 0));
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(limit.TryTake(out var leftOut));
        Assert.Equal(990, leftOut);
        Assert.True(limit.TryTake(out leftOut));
        Assert.Equal(0, leftOut);
    }
}
