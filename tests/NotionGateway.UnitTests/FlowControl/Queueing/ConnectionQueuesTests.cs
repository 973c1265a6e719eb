using NotionGateway.Credentials;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl.Queueing;

public sealed class ConnectionQueuesTests
{
    private readonly Queues _queues = new();

    public ConnectionQueuesTests() => _queues.Time.Advance(TimeSpan.FromMinutes(2));

    [Fact]
    public void Credentials_of_one_bot_share_a_connection_queue_and_a_line_says_so()
    {
        var one = Queues.Credential("one", The.NotionToken, bot: "b1");
        var two = Queues.Credential("two", The.OtherToken, bot: "b1");
        Assert.Same(_queues.Table.For(one), _queues.Table.For(two));
        Assert.Contains("two uses the same Notion connection as one", Assert.Single(_queues.Logs.Named("SharedConnection")).Text);
        Assert.NotSame(_queues.Table.For(one), _queues.Table.For(Queues.Credential("three", "ntn_three00000000000000000000000000000000000000000", bot: "b2")));
    }

    [Fact]
    public void One_token_under_two_names_is_one_connection_even_before_the_bot_is_known() =>
        Assert.Same(_queues.Table.For(Queues.Credential("one")), _queues.Table.For(Queues.Credential("two")));

    [Fact]
    public void A_connection_queue_stays_when_its_bot_becomes_known()
    {
        var credential = Queues.Credential();
        var connectionQueue = _queues.Table.For(credential);
        Assert.Equal(10, _queues.Drain(credential));
        credential.Advance(state => state with { Identity = new NotionIdentity("b1", "w1") });
        Assert.Same(connectionQueue, _queues.Table.For(credential));
        Assert.Equal(0, _queues.Drain(credential));
    }

    [Fact]
    public void When_Notion_says_whose_a_token_is_its_connection_queue_follows_without_a_request()
    {
        var bound = new List<string>();
        _queues.Table.Bound += binding => bound.Add($"{binding.Credential.Name} {binding.Credential.State.Identity?.BotId}");
        var credential = Queues.Credential();
        _queues.Table.For(credential);
        credential.Advance(state => state with { Identity = new NotionIdentity("b1", "w1") });
        Assert.Equal([$"{credential.Name} ", $"{credential.Name} b1"], bound);
        Assert.Same(_queues.Table.For(Queues.Credential("two", The.OtherToken, bot: "b1")), _queues.Table.For(credential));
    }

    [Fact]
    public void Two_connection_queues_that_turn_out_to_be_one_count_together_and_nobody_who_waits_is_lost()
    {
        var one = Queues.Credential("one", The.NotionToken, bot: "b1");
        var two = Queues.Credential("two", The.OtherToken);
        Assert.Equal(10, _queues.Drain(one));
        Assert.Equal(10, _queues.Drain(two));
        var waiting = Enumerable.Range(0, 6).Select(_ => _queues.Ask(two)).ToList();
        waiting[5].HangUp();

        two.Advance(state => state with { Identity = new NotionIdentity("b1", null) });
        Assert.Same(_queues.Table.For(one), _queues.Table.For(two));
        Assert.Equal(20, _queues.Table.For(one).Budget.Use().Used);
        Assert.All(waiting[..5], waiter => Assert.True(waiter.IsWaiting));
        _queues.Pass(TimeSpan.FromSeconds(2.5));
        Assert.All(waiting[..5], waiter => Assert.True(waiter.HasPermit));
    }

    [Fact]
    public void A_new_token_stays_in_the_connection_queue_until_it_proves_to_be_another_bot()
    {
        var credential = Queues.Credential(bot: "b1");
        var connectionQueue = _queues.Table.For(credential);
        _queues.Drain(credential);
        credential.Advance(_ => Queues.State(The.OtherToken));
        Assert.Same(connectionQueue, _queues.Table.For(credential));
        credential.Advance(_ => Queues.State(The.OtherToken, bot: "b2"));
        var other = _queues.Table.For(credential);
        Assert.NotSame(connectionQueue, other);

        // What went out meanwhile may have been the new bot's: it counts.
        Assert.Equal(10, other.Budget.Use().Used);
    }

    [Fact]
    public void A_credential_that_gets_the_token_of_another_shares_its_connection_queue()
    {
        var one = Queues.Credential("one", The.NotionToken);
        var two = Queues.Credential("two", The.OtherToken);
        Assert.Equal(10, _queues.Drain(one));
        Assert.Equal(10, _queues.Drain(two));
        var waiting = _queues.Ask(one);

        one.Advance(_ => Queues.State(The.OtherToken));
        Assert.Same(_queues.Table.For(two), _queues.Table.For(one));
        Assert.Equal(20, _queues.Table.For(one).Budget.Use().Used);
        Assert.Same(_queues.Table.For(one), Assert.Single(_queues.Table.Waiting()).ConnectionQueue);
        Assert.True(waiting.IsWaiting);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("b1")]
    public void A_token_that_has_replaced_another_is_one_connection_under_every_name(string? bot)
    {
        var one = Queues.Credential("one", The.NotionToken, bot);
        Assert.Equal(10, _queues.Drain(one));
        one.Advance(_ => Queues.State(The.OtherToken, bot));
        Assert.Equal(0, _queues.Drain(one));

        var added = Queues.Credential("added", The.OtherToken);
        Assert.Same(_queues.Table.For(one), _queues.Table.For(added));
        Assert.Equal(0, _queues.Drain(added));
    }

    [Fact]
    public void Tokens_that_are_exchanged_take_their_connection_queues_along()
    {
        var one = Queues.Credential("one", The.NotionToken);
        var two = Queues.Credential("two", The.OtherToken);
        var (first, second) = (_queues.Table.For(one), _queues.Table.For(two));
        one.Advance(_ => Queues.State(The.OtherToken));
        Assert.Same(second, _queues.Table.For(one));
        two.Advance(_ => Queues.State(The.NotionToken));
        Assert.Same(first, _queues.Table.For(two));
        Assert.Same(second, _queues.Table.For(one));
    }

    [Fact]
    public void The_smallest_plan_of_those_who_share_a_connection_queue_counts()
    {
        _queues.Table.For(Queues.Credential("one", bot: "b1", plan: "Business"));
        Assert.Equal(600, _queues.Table.For(Queues.Credential("one", bot: "b1", plan: "Business")).Budget.Use().Limit);
        Assert.Equal(180, _queues.Table.For(Queues.Credential("two", bot: "b1", plan: "Standard")).Budget.Use().Limit);
    }

    [Fact]
    public void Replicas_divide_all_of_the_limit()
    {
        var connectionQueues = new Queues(options: Queues.Some() with { Replicas = 3 });
        connectionQueues.Time.Advance(TimeSpan.FromMinutes(2));
        var credential = Queues.Credential();
        Assert.Equal(60, connectionQueues.Table.For(credential).Budget.Use().Limit);
        Assert.Equal(3, connectionQueues.Drain(credential));
    }

    [Fact]
    public void A_reload_changes_the_limit_of_connection_queues_in_use_and_wakes_who_waits()
    {
        var credential = Queues.Credential();
        _queues.Drain(credential);
        var waiting = Enumerable.Range(0, 5).Select(_ => _queues.Ask(credential)).ToList();
        _queues.Options.Replace(Queues.Some(Queues.Standard with { RatePerSecond = 1000, WindowLimit = 100_000 }));
        _queues.Pass(TimeSpan.FromSeconds(0.1));
        Assert.All(waiting, waiter => Assert.True(waiter.HasPermit));
    }

    [Fact]
    public void Connection_queues_go_away_when_they_are_idle_and_not_before()
    {
        var credential = Queues.Credential();
        _queues.Drain(credential);
        var waiting = _queues.Ask(credential);
        _queues.Table.Sweep();
        Assert.Equal(1, _queues.Table.Count);
        _queues.Pass(TimeSpan.FromSeconds(1));
        waiting.Send();
        _queues.Time.Advance(TimeSpan.FromSeconds(60));
        _queues.Table.Sweep();
        Assert.Equal(1, _queues.Table.Count);
        _queues.Time.Advance(TimeSpan.FromSeconds(1));
        _queues.Table.Sweep();
        Assert.Equal(0, _queues.Table.Count);
        Assert.Equal(10, _queues.Drain(credential));
    }

    [Fact]
    public void A_connection_queue_stays_until_bursts_may_come_again_after_a_pause()
    {
        var credential = Queues.Credential();
        _queues.Table.For(credential).Pause(new(LimitLevel.Credential, _queues.Now + TimeSpan.FromSeconds(120)), operation: null);
        _queues.Time.Advance(TimeSpan.FromSeconds(121));
        _queues.Table.Sweep();
        Assert.Equal(1, _queues.Drain(credential));

        _queues.Time.Advance(TimeSpan.FromSeconds(61));
        _queues.Table.Sweep();
        Assert.Equal(0, _queues.Table.Count);
    }

    [Fact]
    public void A_workspace_that_is_paused_pauses_all_its_credentials_and_those_that_come_later()
    {
        var one = Queues.Credential("one", The.NotionToken, bot: "b1", workspace: "w1");
        var two = Queues.Credential("two", The.OtherToken, bot: "b2", workspace: "w1");
        var elsewhere = Queues.Credential("three", "ntn_three00000000000000000000000000000000000000000", bot: "b3", workspace: "w2");
        foreach (var credential in new[] { one, two, elsewhere })
        {
            _queues.Table.For(credential);
        }

        _queues.Table.PauseWorkspace("w1", _queues.Now + TimeSpan.FromSeconds(20));
        var later = Queues.Credential("later", "ntn_later00000000000000000000000000000000000000000", bot: "b4", workspace: "w1");
        foreach (var credential in new[] { one, two, later })
        {
            Assert.Equal(RefusalReason.CoolingDown, _queues.Ask(credential, maxWait: TimeSpan.FromSeconds(5)).Reason);
        }

        Assert.True(_queues.Ask(elsewhere).HasPermit);
        Assert.Equal(3, _queues.Metrics.Gauges().Count(gauge => gauge.Instrument == "notion_gateway.cooldown" && gauge.Labels["level"] == "workspace"));
    }
}
