using NotionGateway.Bodies;

namespace NotionGateway.UnitTests.Bodies;

public sealed class BodyReliefTests
{
    private readonly List<string> _taken = [];

    [Fact]
    public void The_caller_that_holds_most_over_its_share_loses_a_body()
    {
        Assert.True(TryFree("new", 1, 100, [Body("small", 150), Body("big", 500)], []));
        Assert.Equal(["big 500"], _taken);
    }

    [Theory]
    [InlineData(399, true)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    public void Nobody_loses_anything_for_a_caller_that_would_hold_as_much(long bytes, bool frees)
    {
        Assert.Equal(frees, TryFree("new", 1, bytes, [Body("other", 400)], []));
        Assert.Equal(frees ? 1 : 0, _taken.Count);
    }

    [Fact]
    public void What_the_caller_holds_already_counts_as_its_own()
    {
        Assert.False(TryFree("new", 1, 200, [Body("other", 400)], [Body("new", 200)]));
        Assert.True(TryFree("new", 1, 199, [Body("other", 400)], [Body("new", 200)]));
    }

    [Fact]
    public void A_caller_of_twice_the_weight_may_hold_twice_as_much()
    {
        Assert.True(TryFree("new", 2, 799, [Body("other", 400)], []));
        Assert.False(TryFree("new", 2, 800, [Body("other", 400)], []));
        Assert.False(TryFree("new", 1, 200, [Body("heavy", 400, weight: 2)], []));
        Assert.True(TryFree("new", 1, 199, [Body("heavy", 400, weight: 2)], []));
    }

    [Fact]
    public void All_bodies_of_a_caller_count_together()
    {
        Assert.True(TryFree("new", 1, 400, [Body("one", 450)], [Body("many", 300), Body("many", 200)]));
        Assert.Equal(["many 300"], _taken);
    }

    [Fact]
    public void What_is_being_read_goes_before_what_waits_the_largest_first()
    {
        Assert.True(TryFree("new", 1, 1, [Body("other", 10), Body("other", 30), Body("other", 20)], [Body("other", 900)]));
        Assert.Equal(["other 30"], _taken);
    }

    [Fact]
    public void Of_what_waits_the_newest_goes_which_is_named_first()
    {
        Assert.True(TryFree("new", 1, 1, [], [Body("other", 10), Body("other", 900)]));
        Assert.Equal(["other 10"], _taken);
    }

    [Fact]
    public void What_holds_nothing_frees_nothing()
    {
        Assert.True(TryFree("new", 1, 1, [Body("other", 0)], [Body("other", 5)]));
        Assert.Equal(["other 5"], _taken);
        Assert.False(TryFree("new", 1, 1, [Body("other", 0)], []));
    }

    [Fact]
    public void A_caller_never_takes_from_itself() => Assert.False(TryFree("new", 1, 1, [Body("new", 1000)], [Body("new", 1000)]));

    private HeldBody Body(string caller, long bytes, double weight = 1) => new(caller, weight, bytes, () => _taken.Add($"{caller} {bytes}"));

    private static bool TryFree(string caller, double weight, long bytes, HeldBody[] reading, HeldBody[] waiting) =>
        BodyRelief.TryFree(caller, weight, bytes, reading, waiting);
}
