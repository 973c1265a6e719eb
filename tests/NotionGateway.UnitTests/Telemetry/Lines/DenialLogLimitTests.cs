using Microsoft.Extensions.Time.Testing;
using NotionGateway.Telemetry.Lines;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Telemetry.Lines;

public sealed class DenialLogLimitTests
{
    [Fact]
    public void Each_caller_has_lines_of_its_own()
    {
        var time = new FakeTimeProvider();
        var limit = new DenialLogLimit(time);
        var (loop, other) = (Some.Caller("loop"), Some.Caller("other"));

        Assert.Equal(10, Enumerable.Range(0, 1000).Count(_ => limit.TryTake(loop, out var none) && none == 0));
        Assert.True(limit.TryTake(other, out var leftOut));
        Assert.Equal(0, leftOut);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(limit.TryTake(loop, out leftOut));
        Assert.Equal(990, leftOut);
        Assert.True(limit.TryTake(other, out leftOut));
        Assert.Equal(0, leftOut);
    }
}
