using NotionGateway.Hosting.Listeners;

namespace NotionGateway.UnitTests.Hosting.Listeners;

public sealed class LingeringRulesTests
{
    [Fact]
    public void A_known_caller_is_listened_to_for_longer_than_a_stranger()
    {
        Assert.Equal((67_108_864, TimeSpan.FromSeconds(30)), (LingeringBound.Known.Bytes, LingeringBound.Known.Time));
        Assert.Equal((1_048_576, TimeSpan.FromSeconds(2)), (LingeringBound.Stranger.Bytes, LingeringBound.Stranger.Time));
    }

    [Theory]
    [InlineData(1_048_576L, 0, false, false)]
    [InlineData(1_048_577L, 0, false, true)]
    [InlineData(1_048_577L, 1, false, false)]
    [InlineData(null, 5_000_000, false, false)]
    [InlineData(null, 0, true, true)]
    [InlineData(10L, 0, true, true)]
    public void The_connection_ends_if_the_rest_will_not_be_read(long? announced, long received, bool waitsToBeAsked, bool ends) =>
        Assert.Equal(ends, LingeringBound.Stranger.EndsConnection(announced, received, waitsToBeAsked));

    [Fact]
    public void There_are_so_many_places_for_strangers_and_each_is_used_again()
    {
        var strangers = new LingeringStrangers();
        Assert.All(Enumerable.Range(0, 100), _ => Assert.True(strangers.TryEnter()));
        Assert.False(strangers.TryEnter());
        strangers.Leave();
        Assert.True(strangers.TryEnter());
        Assert.False(strangers.TryEnter());
    }
}
