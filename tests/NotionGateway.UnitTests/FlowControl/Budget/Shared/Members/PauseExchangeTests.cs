using Microsoft.Extensions.Time.Testing;
using NotionGateway.FlowControl.Budget.Shared.Members;

namespace NotionGateway.UnitTests.FlowControl.Budget.Shared.Members;

/// <summary>Which pauses a replica tells the others, and which it learns.</summary>
public sealed class PauseExchangeTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly PauseExchange _exchange;
    private readonly List<string> _heard = [];

    public PauseExchangeTests()
    {
        _exchange = new PauseExchange(_time);
        _exchange.Heard += (what, _) => _heard.Add(what);
    }

    [Fact]
    public void A_pause_is_told_with_every_beat_until_it_ends()
    {
        _exchange.Tell("w:1", _time.Monotonic() + TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), Assert.Single(_exchange.ToTell()).Left);
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(TimeSpan.FromSeconds(0.5), Assert.Single(_exchange.ToTell()).Left);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Empty(_exchange.ToTell());
    }

    [Fact]
    public void What_is_known_is_there_for_who_asks_later_until_it_ends()
    {
        _exchange.Hear("w:1", _time.Monotonic() + TimeSpan.FromSeconds(2));
        _exchange.Tell("c:2", _time.Monotonic() + TimeSpan.FromSeconds(3));
        Assert.Equal(["c:2", "w:1"], _exchange.Known().Select(pause => pause.Key).Order());
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["c:2"], _exchange.Known().Select(pause => pause.Key));
    }

    [Fact]
    public void What_it_has_told_itself_is_no_news()
    {
        var until = _time.Monotonic() + TimeSpan.FromSeconds(5);
        _exchange.Tell("w:1", until);
        _exchange.Hear("w:1", until);
        Assert.Empty(_heard);
    }

    [Fact]
    public void A_pause_is_heard_once_and_again_only_if_it_has_become_longer()
    {
        var until = _time.Monotonic() + TimeSpan.FromSeconds(5);
        _exchange.Hear("w:1", until);
        _exchange.Hear("w:1", until + TimeSpan.FromMilliseconds(100));
        Assert.Single(_heard);
        _exchange.Hear("w:1", until + TimeSpan.FromSeconds(2));
        Assert.Equal(2, _heard.Count);
    }
}
