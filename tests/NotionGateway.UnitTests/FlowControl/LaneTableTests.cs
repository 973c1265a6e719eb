using NotionGateway.Credentials;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl;

public sealed class LaneTableTests
{
    private readonly Lanes _lanes = new();

    public LaneTableTests() => _lanes.Time.Advance(TimeSpan.FromMinutes(2));

    [Fact]
    public void Credentials_of_one_bot_share_a_lane_and_a_line_says_so()
    {
        var one = Lanes.Credential("one", The.NotionToken, bot: "b1");
        var two = Lanes.Credential("two", The.OtherToken, bot: "b1");
        Assert.Same(_lanes.Table.For(one), _lanes.Table.For(two));
        Assert.Contains("two is the same connection to Notion as one", Assert.Single(_lanes.Logs.Named("SharedLane")).Text);
        Assert.NotSame(_lanes.Table.For(one), _lanes.Table.For(Lanes.Credential("three", "ntn_three00000000000000000000000000000000000000000", bot: "b2")));
    }

    [Fact]
    public void One_token_under_two_names_is_one_connection_even_before_the_bot_is_known() =>
        Assert.Same(_lanes.Table.For(Lanes.Credential("one")), _lanes.Table.For(Lanes.Credential("two")));

    [Fact]
    public void A_lane_stays_when_its_bot_becomes_known()
    {
        var credential = Lanes.Credential();
        var lane = _lanes.Table.For(credential);
        Assert.Equal(10, _lanes.Drain(credential));
        credential.Advance(state => state with { Identity = new NotionIdentity("b1", "w1") });
        Assert.Same(lane, _lanes.Table.For(credential));
        Assert.Equal(0, _lanes.Drain(credential));
    }

    [Fact]
    public void Two_lanes_that_turn_out_to_be_one_count_together_and_nobody_who_waits_is_lost()
    {
        var one = Lanes.Credential("one", The.NotionToken, bot: "b1");
        var two = Lanes.Credential("two", The.OtherToken);
        Assert.Equal(10, _lanes.Drain(one));
        Assert.Equal(10, _lanes.Drain(two));
        var waiting = Enumerable.Range(0, 6).Select(_ => _lanes.Ask(two)).ToList();
        waiting[5].HangUp();

        two.Advance(state => state with { Identity = new NotionIdentity("b1", null) });
        Assert.Same(_lanes.Table.For(one), _lanes.Table.For(two));
        Assert.Equal(20, _lanes.Table.For(one).Budget.Use().Used);
        Assert.All(waiting[..5], waiter => Assert.True(waiter.IsWaiting));
        _lanes.Pass(TimeSpan.FromSeconds(2.5));
        Assert.All(waiting[..5], waiter => Assert.True(waiter.HasTurn));
    }

    [Fact]
    public void A_new_token_stays_in_the_lane_until_it_proves_to_be_another_bot()
    {
        var credential = Lanes.Credential(bot: "b1");
        var lane = _lanes.Table.For(credential);
        _lanes.Drain(credential);
        credential.Advance(_ => Lanes.State(The.OtherToken));
        Assert.Same(lane, _lanes.Table.For(credential));
        credential.Advance(_ => Lanes.State(The.OtherToken, bot: "b2"));
        var other = _lanes.Table.For(credential);
        Assert.NotSame(lane, other);

        // What went out meanwhile may have been the new bot's: it counts.
        Assert.Equal(10, other.Budget.Use().Used);
    }

    [Fact]
    public void The_smallest_plan_of_those_who_share_a_lane_counts()
    {
        _lanes.Table.For(Lanes.Credential("one", bot: "b1", plan: "Business"));
        Assert.Equal(600, _lanes.Table.For(Lanes.Credential("one", bot: "b1", plan: "Business")).Budget.Use().Limit);
        Assert.Equal(180, _lanes.Table.For(Lanes.Credential("two", bot: "b1", plan: "Standard")).Budget.Use().Limit);
    }

    [Fact]
    public void Replicas_divide_all_of_the_limit()
    {
        var lanes = new Lanes(options: Lanes.Some() with { Replicas = 3 });
        lanes.Time.Advance(TimeSpan.FromMinutes(2));
        var credential = Lanes.Credential();
        Assert.Equal(60, lanes.Table.For(credential).Budget.Use().Limit);
        Assert.Equal(3, lanes.Drain(credential));
    }

    [Fact]
    public void A_reload_changes_the_limit_of_lanes_in_use_and_wakes_who_waits()
    {
        var credential = Lanes.Credential();
        _lanes.Drain(credential);
        var waiting = Enumerable.Range(0, 5).Select(_ => _lanes.Ask(credential)).ToList();
        _lanes.Options.Replace(Lanes.Some(Lanes.Standard with { RatePerSecond = 1000, WindowLimit = 100_000 }));
        _lanes.Pass(TimeSpan.FromSeconds(0.1));
        Assert.All(waiting, waiter => Assert.True(waiter.HasTurn));
    }

    [Fact]
    public void Lanes_go_away_when_they_are_idle_and_not_before()
    {
        var credential = Lanes.Credential();
        _lanes.Drain(credential);
        var waiting = _lanes.Ask(credential);
        _lanes.Table.Sweep();
        Assert.Equal(1, _lanes.Table.Count);
        _lanes.Pass(TimeSpan.FromSeconds(1));
        waiting.Send();
        _lanes.Time.Advance(TimeSpan.FromSeconds(60));
        _lanes.Table.Sweep();
        Assert.Equal(1, _lanes.Table.Count);
        _lanes.Time.Advance(TimeSpan.FromSeconds(1));
        _lanes.Table.Sweep();
        Assert.Equal(0, _lanes.Table.Count);
        Assert.Equal(10, _lanes.Drain(credential));
    }

    [Fact]
    public void A_workspace_that_is_paused_pauses_all_its_credentials_and_those_that_come_later()
    {
        var one = Lanes.Credential("one", The.NotionToken, bot: "b1", workspace: "w1");
        var two = Lanes.Credential("two", The.OtherToken, bot: "b2", workspace: "w1");
        var elsewhere = Lanes.Credential("three", "ntn_three00000000000000000000000000000000000000000", bot: "b3", workspace: "w2");
        foreach (var credential in new[] { one, two, elsewhere })
        {
            _lanes.Table.For(credential);
        }

        _lanes.Table.PauseWorkspace("w1", _lanes.Clock.Now + TimeSpan.FromSeconds(20));
        var later = Lanes.Credential("later", "ntn_later00000000000000000000000000000000000000000", bot: "b4", workspace: "w1");
        foreach (var credential in new[] { one, two, later })
        {
            Assert.Equal(RefusalReason.CoolingDown, _lanes.Ask(credential, maxWait: TimeSpan.FromSeconds(5)).Reason);
        }

        Assert.True(_lanes.Ask(elsewhere).HasTurn);
        Assert.Equal(3, _lanes.Metrics.Gauges().Count(gauge => gauge.Instrument == "notion_gateway.cooldown" && gauge.Labels["level"] == "workspace"));
    }
}
