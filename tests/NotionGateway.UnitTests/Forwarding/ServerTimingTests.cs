using NotionGateway.Forwarding;

namespace NotionGateway.UnitTests.Forwarding;

public sealed class ServerTimingTests
{
    [Theory]
    [InlineData(0, 0, "queue;dur=0.0, upstream;dur=0.0")]
    [InlineData(1.25, 30_000.19, "queue;dur=1.2, upstream;dur=30000.1")]
    [InlineData(0.09, 9.99, "queue;dur=0.0, upstream;dur=9.9")]
    public void Both_parts_are_given_in_milliseconds_with_one_decimal(double waited, double asked, string header) =>
        Assert.Equal(header, ServerTiming.Of(TimeSpan.FromMilliseconds(waited), TimeSpan.FromMilliseconds(asked)));
}
