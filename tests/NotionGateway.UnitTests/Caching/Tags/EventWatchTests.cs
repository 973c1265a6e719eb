using Microsoft.Extensions.Time.Testing;
using NotionGateway.Caching.Tags;

namespace NotionGateway.UnitTests.Caching.Tags;

/// <summary>When a change by others would have been heard of.</summary>
public sealed class EventWatchTests
{
    private static readonly CacheScope Scope = new(1, 2);
    private static readonly Tag Connection = Scope.Of(TagKind.Connection);

    private readonly FakeTimeProvider _time = new();
    private readonly EventWatch _watch;

    public EventWatchTests()
    {
        _watch = new EventWatch(_time);
        _time.Advance(TimeSpan.FromDays(1));
    }

    [Fact]
    public void Without_an_event_nothing_is_covered() => Assert.False(_watch.Covers(Scope, Asked()));

    [Theory]
    [InlineData(nameof(TagKind.Connection))]
    [InlineData(nameof(TagKind.Workspace))]
    public void What_is_asked_for_after_an_event_is_covered_for_an_hour(string kind)
    {
        Hear(Scope.Of(Enum.Parse<TagKind>(kind)));
        var asked = Asked();
        _time.Advance(EventWatch.Silence - TimeSpan.FromSeconds(1));
        Assert.True(_watch.Covers(Scope, asked));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_watch.Covers(Scope, asked));
    }

    [Fact]
    public void What_was_asked_for_before_the_first_event_may_have_missed_one()
    {
        var asked = Asked();
        _time.Advance(TimeSpan.FromSeconds(1));
        Hear(Connection);
        Assert.False(_watch.Covers(Scope, asked));
    }

    [Fact]
    public void Each_event_keeps_it_covered()
    {
        Hear(Connection);
        var asked = Asked();
        for (var half = 0; half < 8; half++)
        {
            _time.Advance(TimeSpan.FromMinutes(30));
            Hear(Connection);
        }

        Assert.True(_watch.Covers(Scope, asked));
        Assert.Equal(TimeSpan.Zero, _watch.LastHeard(Connection));
    }

    [Fact]
    public void After_a_silence_only_what_is_asked_for_from_then_on_is_covered()
    {
        Hear(Connection);
        var before = Asked();
        _time.Advance(EventWatch.Silence);
        Hear(Connection);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_watch.Covers(Scope, before));
        Assert.True(_watch.Covers(Scope, Asked()));
    }

    [Fact]
    public void After_a_failed_delivery_others_may_be_missing()
    {
        Hear(Connection);
        var asked = Asked();
        _time.Advance(TimeSpan.FromMinutes(1));
        _watch.Heard(Connection, TimeSpan.Zero, isAfterGap: true);
        Assert.False(_watch.Covers(Scope, asked));
        Assert.True(_watch.Covers(Scope, Asked()));
    }

    [Fact]
    public void An_event_of_long_ago_does_not_show_that_events_come_now()
    {
        _watch.Heard(Connection, EventWatch.Silence, isAfterGap: false);
        Assert.Null(_watch.LastHeard(Connection));
        _watch.Heard(Connection, TimeSpan.FromMinutes(50), isAfterGap: false);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(_watch.Covers(Scope, Asked()));
    }

    [Fact]
    public void Another_connection_of_another_workspace_is_not_covered()
    {
        Hear(Connection);
        Assert.False(_watch.Covers(new CacheScope(1, 3), Asked()));
        Assert.False(_watch.Covers(new CacheScope(3, 3), Asked()));
    }

    private void Hear(Tag of) => _watch.Heard(of, TimeSpan.Zero, isAfterGap: false);

    private Moment Asked() => new(0, _time.Monotonic());
}
