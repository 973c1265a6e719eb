using NotionGateway.FlowControl.Queueing;
using NotionGateway.Notion;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl.Queueing;

public sealed class QueuePausesTests
{
    private static readonly NotionOperation Search = Some.Operation("search");
    private static readonly NotionOperation Me = Some.Operation("users.me");

    private readonly QueuePauses _pauses = new();

    [Fact]
    public void Without_a_pause_nothing_is_paused()
    {
        Assert.False(_pauses.AnyAt(At(0)));
        Assert.Empty(_pauses.At(At(0)));
        Assert.Null(_pauses.NextEnd(At(0)));
        Assert.False(_pauses.IsPaused(Search, At(0)));
    }

    [Theory]
    [InlineData(LimitLevel.Credential)]
    [InlineData(LimitLevel.Workspace)]
    [InlineData(LimitLevel.Endpoint)]
    internal void A_pause_lasts_until_its_end(LimitLevel level)
    {
        _pauses.Add(new Cooldown(level, At(10)), Search);

        Assert.True(_pauses.AnyAt(At(9)));
        Assert.Equal([new Cooldown(level, At(10))], _pauses.At(At(9)));
        Assert.Empty(_pauses.At(At(10)));
        Assert.False(_pauses.AnyAt(At(10)));
    }

    [Theory]
    [InlineData(LimitLevel.Credential)]
    [InlineData(LimitLevel.Workspace)]
    [InlineData(LimitLevel.Endpoint)]
    internal void Of_two_the_later_counts_whichever_came_first(LimitLevel level)
    {
        _pauses.Add(new Cooldown(level, At(10)), Search);
        _pauses.Add(new Cooldown(level, At(5)), Search);
        Assert.Equal([new Cooldown(level, At(10))], _pauses.At(At(1)));
        _pauses.Add(new Cooldown(level, At(20)), Search);
        Assert.Equal([new Cooldown(level, At(20))], _pauses.At(At(1)));
    }

    [Fact]
    public void A_pause_of_one_operation_is_no_pause_of_another()
    {
        _pauses.Add(new Cooldown(LimitLevel.Endpoint, At(10)), Search);

        Assert.Equal((true, false, false), (_pauses.IsPaused(Search, At(9)), _pauses.IsPaused(Me, At(9)), _pauses.IsPaused(null, At(9))));
        Assert.Equal((At(10), TimeSpan.Zero, TimeSpan.Zero), (_pauses.EndFor(Search), _pauses.EndFor(Me), _pauses.EndFor(null)));
        Assert.False(_pauses.IsPaused(Search, At(10)));
    }

    [Theory]
    [InlineData(LimitLevel.Credential)]
    [InlineData(LimitLevel.Workspace)]
    internal void A_pause_of_everything_is_no_pause_of_a_single_operation(LimitLevel level)
    {
        _pauses.Add(new Cooldown(level, At(10)), Search);
        Assert.False(_pauses.IsPaused(Search, At(1)));
        Assert.Null(_pauses.NextEnd(At(1)));
    }

    [Fact]
    public void A_pause_of_an_operation_that_is_not_known_pauses_everything()
    {
        _pauses.Add(new Cooldown(LimitLevel.Endpoint, At(10)), operation: null);
        Assert.Equal([new Cooldown(LimitLevel.Credential, At(10))], _pauses.At(At(1)));
    }

    [Fact]
    public void The_next_end_is_the_first_of_the_operations()
    {
        _pauses.Add(new Cooldown(LimitLevel.Endpoint, At(10)), Search);
        _pauses.Add(new Cooldown(LimitLevel.Endpoint, At(5)), Me);

        Assert.Equal(At(5), _pauses.NextEnd(At(4)));
        Assert.Equal([new Cooldown(LimitLevel.Endpoint, At(10))], _pauses.At(At(4)));
        Assert.Equal(At(10), _pauses.NextEnd(At(5)));
        Assert.Equal(TimeSpan.Zero, _pauses.EndFor(Me)); // It is over and forgotten.
        Assert.Null(_pauses.NextEnd(At(10)));
    }

    [Fact]
    public void All_levels_are_named_together()
    {
        _pauses.Add(new Cooldown(LimitLevel.Endpoint, At(3)), Search);
        _pauses.Add(new Cooldown(LimitLevel.Workspace, At(2)), Search);
        _pauses.Add(new Cooldown(LimitLevel.Credential, At(1)), Search);

        Assert.Equal(
            [new Cooldown(LimitLevel.Credential, At(1)), new Cooldown(LimitLevel.Workspace, At(2)), new Cooldown(LimitLevel.Endpoint, At(3))],
            _pauses.At(At(0)));
    }

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(100 + seconds);
}
