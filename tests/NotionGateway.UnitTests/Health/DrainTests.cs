using NotionGateway.Health;

namespace NotionGateway.UnitTests.Health;

public sealed class DrainTests
{
    private readonly Drain _drain = new();

    [Fact]
    public void Leaving_still_serves()
    {
        _drain.Leave();
        Assert.True(_drain.TryBegin());
        Assert.True(_drain.IsLeaving);
    }

    [Fact]
    public void Refusing_lets_nobody_in_and_ends_with_the_last_that_was()
    {
        Assert.True(_drain.TryBegin());
        _drain.Refuse();
        Assert.False(_drain.TryBegin());
        Assert.False(_drain.Empty.IsCompleted);
        _drain.End();
        Assert.True(_drain.Empty.IsCompleted);
        Assert.Equal(0, _drain.UnderWay);
    }

    [Fact]
    public void Refusing_with_nobody_there_is_at_its_end_at_once()
    {
        _drain.Refuse();
        Assert.True(_drain.Empty.IsCompleted);
    }
}
