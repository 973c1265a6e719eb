using NotionGateway.Operator.Status;

namespace NotionGateway.UnitTests.Operator.Status;

public sealed class RingTests
{
    [Fact]
    public void The_last_ones_are_kept_the_newest_first()
    {
        var ring = new Ring<int>(3);
        Assert.Empty(ring.NewestFirst());

        ring.Add(1);
        ring.Add(2);
        Assert.Equal([2, 1], ring.NewestFirst());

        ring.Add(3);
        ring.Add(4);
        Assert.Equal([4, 3, 2], ring.NewestFirst());
    }
}
