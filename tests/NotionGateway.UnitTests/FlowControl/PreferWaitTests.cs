using NotionGateway.FlowControl;

namespace NotionGateway.UnitTests.FlowControl;

public sealed class PreferWaitTests
{
    [Theory]
    [InlineData("wait=10", 10)]
    [InlineData("wait=0", 0)]
    [InlineData("WAIT=10", 10)]
    [InlineData(" wait = 10 ", 10)]
    [InlineData("wait=\"10\"", 10)]
    [InlineData("respond-async, wait=10", 10)]
    [InlineData("wait=10; why=because", 10)]
    [InlineData("wait=10, wait=20", 10)]
    [InlineData("return=minimal; wait=5, wait=7", 7)]
    public void The_first_wait_in_whole_seconds_counts(string prefer, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), PreferWait.Parse(prefer));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wait")]
    [InlineData("wait=")]
    [InlineData("wait=soon")]
    [InlineData("wait=-1")]
    [InlineData("wait=+1")]
    [InlineData("wait=1.5")]
    [InlineData("wait=1e3")]
    [InlineData("wait=99999999999")]
    [InlineData("await=10")]
    [InlineData("wait-for=10")]
    [InlineData("respond-async")]
    [InlineData("wait=soon, wait=10")]
    public void A_preference_that_makes_no_sense_is_ignored(string? prefer) => Assert.Null(PreferWait.Parse(prefer));
}
