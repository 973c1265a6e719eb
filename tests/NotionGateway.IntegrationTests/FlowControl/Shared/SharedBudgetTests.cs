using CsCheck;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Budget.Shared.Members;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.FlowControl.Shared;

/// <summary>Several replicas and one Redis: what all of them send together stays within the limit, whatever becomes of the store.</summary>
public sealed class SharedBudgetTests(RedisForAll redis)
{
    private static readonly PermitLimit Limit = new(10, 10, 60, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(0.05));

    private readonly ReplicaSet _set = new(redis, floor: 3, Limit);

    private enum Fault
    {
        None,
        Outage,
        Empty,
        WentBack,
        Killed,
        Started,
        LostAnswers,
        Quiet,
    }

    [Fact]
    public async Task Three_replicas_use_the_whole_limit_and_never_more_each_its_share()
    {
        await _set.StartAsync(3);
        var start = _set.Now;
        await _set.SendAllAsync(8 * Limit.Span, _set.All);
        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
        Assert.InRange(_set.Used(start + Limit.Span, _set.Now), 0.97, 1);
        Assert.All(_set.All, replica => Assert.InRange(replica.Sends.Count / (double)_set.All.Sum(other => other.Sends.Count), 0.30, 0.37));
    }

    [Fact]
    public async Task A_replica_alone_has_the_whole_limit()
    {
        var replica = await _set.StartAsync();
        var start = _set.Now + ReplicaView.Return;
        await _set.SendAllAsync(5 * Limit.Span, replica);
        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
        Assert.InRange(_set.Used(start + Limit.Span, _set.Now), 0.98, 1);
    }

    [Fact]
    public async Task While_the_store_is_away_each_goes_on_with_its_part_and_together_they_stay_within_the_limit()
    {
        await _set.StartAsync(3);
        await _set.SendAllAsync(3 * Limit.Span, _set.All);
        var lost = _set.Now;
        _set.All.ForEach(replica => replica.IsCutOff = true);
        await _set.SendAllAsync(TimeSpan.FromSeconds(30), _set.All);
        Assert.All(_set.All, replica => Assert.Equal(StorePhase.Lost, replica.Membership.State.Phase));
        Assert.InRange(_set.Used(lost, _set.Now), 0.8, 1);
        var back = _set.Now;
        _set.All.ForEach(replica => replica.IsCutOff = false);
        await _set.SendAllAsync(3 * Limit.Span, _set.All);
        Assert.All(_set.All, replica => Assert.Equal(StorePhase.Shared, replica.Membership.State.Phase));
        Assert.InRange(_set.Used(back + Limit.Span, _set.Now), 0.97, 1);
        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
    }

    [Fact]
    public async Task A_burst_right_before_the_store_goes_away_is_paid_off_before_anybody_sends_alone()
    {
        await _set.StartAsync(3);
        await _set.PassAsync(2 * Limit.Span);
        foreach (var replica in _set.All)
        {
            await _set.SendAllAsync(TimeSpan.FromMilliseconds(300), replica);
        }

        _set.All.ForEach(replica => replica.IsCutOff = true);
        await _set.SendAllAsync(4 * Limit.Span, _set.All);
        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.9)]
    public async Task A_replica_that_is_cut_off_has_its_part_and_the_others_leave_it_free(double secondsSinceItsLastBeat)
    {
        await _set.StartAsync(3);
        await _set.SendAllAsync(TimeSpan.FromSeconds(18 + secondsSinceItsLastBeat), _set.All);
        _set.All[0].IsCutOff = true;
        await _set.SendAllAsync(2 * Limit.Span, _set.All);
        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
        await _set.SendAllAsync(4 * Limit.Span, _set.All);
        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit * 4 / 3);
        _set.All[0].IsCutOff = false;
        await _set.SendAllAsync(2 * Limit.Span, _set.All);
        _set.All.ForEach(replica => replica.Sends.Clear());
        await _set.SendAllAsync(3 * Limit.Span, _set.All);
        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
    }

    [Fact]
    public async Task A_store_that_comes_back_empty_gives_nothing_before_everybody_has_told_what_it_sent()
    {
        await _set.StartAsync(3);
        for (var round = 0; round < 5; round++)
        {
            await _set.SendAllAsync(TimeSpan.FromSeconds(4.3), _set.All);
            await _set.ForgetEverythingAsync();
        }

        // On a busy machine a replica returns so late by this clock that its part is kept free for two windows.
        await _set.SendAllAsync(4 * Limit.Span, _set.All);
        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
        Assert.InRange(_set.Used(_set.Now - Limit.Span, _set.Now), 0.9, 1);
    }

    [Fact]
    public async Task A_replica_that_is_the_first_to_ask_an_emptied_store_gets_no_burst_beside_what_others_have_sent()
    {
        await _set.StartAsync(2);
        await _set.PassAsync(2 * Limit.Span);
        for (var round = 0; round < 3; round++)
        {
            await _set.SendAllAsync(2 * Limit.Span, _set.All[0]);
            await _set.ForgetEverythingAsync();

            // This one has sent nothing for a while, so there is nothing that it would miss in the store.
            for (var question = 0; question < Limit.Burst; question++)
            {
                _ = await _set.All[1].SendAsync("web");
            }

            await _set.SendAllAsync(Limit.Span, _set.All[0]);
            Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
        }
    }

    [Fact]
    public async Task A_server_of_a_cluster_that_restarts_empty_is_told_again_by_who_reconnects_to_it()
    {
        await _set.StartAsync(2);
        await _set.PassAsync(2 * Limit.Span);
        await _set.SendAllAsync(Limit.Span / 2, _set.All[0]);

        // The epoch is in another server, so no beat notices anything.
        await _set.ForgetEverythingAsync(but: "{replicas}");
        _set.All[0].Membership.TellAgain(renew: false, isLost: false);
        await _set.PassAsync(TimeSpan.FromSeconds(1));
        await _set.SendAllAsync(Limit.Span, _set.All[1]);
        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_store_that_has_lost_its_last_seconds_is_noticed_although_nothing_fails(double seconds)
    {
        await _set.StartAsync(3);
        await _set.SendAllAsync(3 * Limit.Span, _set.All);
        for (var round = 0; round < 3; round++)
        {
            await _set.PassAsync(TimeSpan.FromSeconds(2));
            var goBack = await _set.RememberAsync();
            await _set.SendAllAsync(TimeSpan.FromSeconds(seconds), _set.All);
            await goBack();
            await _set.SendAllAsync(2 * Limit.Span, _set.All);
        }

        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
    }

    [Fact]
    public async Task A_replica_that_is_killed_costs_its_part_for_two_windows_and_no_more()
    {
        await _set.StartAsync(3);
        await _set.SendAllAsync(3 * Limit.Span, _set.All);
        _ = await _set.All[2].TakeAsync();
        _set.All[2].IsAlive = false;
        var killed = _set.Now;
        await _set.SendAllAsync(5 * Limit.Span, _set.All[..2]);
        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
        Assert.InRange(_set.Used(killed, killed + (2 * Limit.Span)), 0.6, 1);
        Assert.InRange(_set.Used(killed + (3 * Limit.Span), _set.Now), 0.95, 1);
    }

    [Fact]
    public async Task A_replica_that_leaves_in_order_leaves_its_part_at_once()
    {
        await _set.StartAsync(3);
        await _set.SendAllAsync(3 * Limit.Span, _set.All);
        var left = _set.Now;
        await _set.All[1].Membership.LeaveAsync();
        await _set.All[2].Membership.LeaveAsync();
        (_set.All[1].IsAlive, _set.All[2].IsAlive) = (false, false);
        await _set.SendAllAsync(3 * Limit.Span, _set.All[0]);
        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
        Assert.InRange(_set.Used(left, _set.Now), 0.97, 1);
    }

    [Fact]
    public async Task A_clock_that_jumps_ahead_does_not_let_sends_leave_the_window_too_soon()
    {
        await _set.StartAsync(3);
        await _set.SendAllAsync(3 * Limit.Span, _set.All);
        foreach (var jump in new[] { 0.5, 2, 5, 60 })
        {
            await _set.SendAllAsync(Limit.Span, _set.All);
            await _set.PassAsync(TimeSpan.FromSeconds(1));
            _set.ServerAhead += TimeSpan.FromSeconds(jump);
            foreach (var replica in _set.All)
            {
                await replica.BeatAsync();
            }

            await _set.SendAllAsync(2 * Limit.Span, _set.All);
        }

        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(2)]
    [InlineData(60)]
    [InlineData(3600)]
    public async Task A_clock_that_goes_back_stops_nobody_and_gives_nothing_too_much(double seconds)
    {
        await _set.StartAsync(3);
        await _set.SendAllAsync(2 * Limit.Span, _set.All);
        await _set.PassAsync(TimeSpan.FromSeconds(1.3));

        // Every connection has a state of its own: one that nobody asked about in that second too.
        var others = _set.All.Select(replica => replica.Budgets.Create(ConnectionKey.OfBot("other"), Limit)).ToList();
        var bid = new PermitBid([new BidCaller("crm", 10_000_000)], 1);
        Assert.True((await others[0].TakeAsync(bid)).IsTaken);
        _set.ServerAhead -= TimeSpan.FromSeconds(seconds);
        await _set.SendAllAsync(5 * Limit.Span, _set.All);
        var other = await others[1].TakeAsync(bid);
        Assert.InRange(other.IsTaken ? TimeSpan.Zero : other.NotBefore - _set.Now, TimeSpan.Zero, TimeSpan.FromSeconds(2));

        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
        Assert.InRange(_set.Used(_set.Now - (2 * Limit.Span), _set.Now), 0.9, 1);

        // Questions that are on their way take real time; a step that overtakes one makes its replica come back with a later beat.
        await SafetyNet.UntilAsync(
            () => Task.FromResult(_set.All.TrueForAll(replica => replica.Membership.State.Phase == StorePhase.Shared)),
            async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20));
                await _set.PassAsync(TimeSpan.FromSeconds(1));
            },
            () => $"The replicas are {string.Join(", ", _set.All.Select(replica => replica.Membership.State.Phase))}.");
    }

    [Fact]
    public async Task A_permit_whose_answer_was_lost_comes_back()
    {
        var replica = await _set.StartAsync();
        await _set.PassAsync(2 * Limit.Span);
        replica.LosesAnswers = true;
        Assert.False((await replica.TakeAsync()).IsTaken);
        replica.LosesAnswers = false;
        await _set.PassAsync(TimeSpan.FromSeconds(10));
        await _set.SendAllAsync(TimeSpan.FromSeconds(1), replica);
        Assert.Equal(replica.Sends.Count, replica.Budget.Use().Used);
    }

    [Fact]
    public async Task A_start_without_the_store_counts_with_the_configured_number_of_replicas()
    {
        var replica = new Replica(_set, floor: 3, number: 0) { IsCutOff = true };
        _set.All.Add(replica);
        await _set.SendAllAsync(6 * Limit.Span, replica);
        Assert.Equal(StorePhase.Lost, replica.Membership.State.Phase);
        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit / 3);
    }

    [Fact]
    public async Task One_busy_caller_cannot_take_a_quiet_replicas_share()
    {
        await _set.StartAsync(3);
        _set.All[0].Callers = ["a"];
        _set.All[1].Callers = ["b"];
        _set.All[2].Callers = ["b"];
        await _set.SendAllAsync(6 * Limit.Span, _set.All);
        var (a, all) = (_set.All[0].Sends.Count, _set.All.Sum(replica => replica.Sends.Count));
        Assert.InRange(a / (double)all, 0.45, 0.55);
    }

    [Fact]
    public async Task A_pause_holds_back_every_replica_until_its_end()
    {
        await _set.StartAsync(3);
        await _set.SendAllAsync(Limit.Span, _set.All);
        var end = _set.Now + TimeSpan.FromSeconds(5);
        _set.All[0].Budget.Pause(end);
        await _set.All[0].Budgets.FlushAsync();
        var sends = _set.All.Sum(replica => replica.Sends.Count);
        await _set.SendAllAsync(TimeSpan.FromSeconds(4.9), _set.All);
        Assert.Equal(sends, _set.All.Sum(replica => replica.Sends.Count));
        await _set.SendAllAsync(Limit.Span, _set.All);
        Assert.NotEqual(sends, _set.All.Sum(replica => replica.Sends.Count));
    }

    [Fact]
    public async Task A_pause_that_is_longer_than_anything_counts_is_not_forgotten_before_its_end()
    {
        await _set.StartAsync(2);
        await _set.SendAllAsync(Limit.Span, _set.All);
        var until = _set.Now + TimeSpan.FromMinutes(5);
        _set.All[0].Budget.Pause(until);
        await _set.PassAsync(TimeSpan.FromSeconds(1));
        var left = await _set.LifetimeAsync();
        Assert.InRange(left, TimeSpan.FromMinutes(5) + Limit.Span - TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(6));
    }

    [Fact]
    public async Task A_send_without_a_permit_is_paid_by_the_own_part_while_the_store_is_away()
    {
        await _set.StartAsync(3);
        await _set.SendAllAsync(2 * Limit.Span, _set.All);
        _set.All.ForEach(replica => replica.IsCutOff = true);
        await _set.SendAllAsync(2 * Limit.Span, _set.All);
        for (var round = 0; round < 12; round++)
        {
            foreach (var replica in _set.All)
            {
                replica.Budget.CountSend();
                replica.Sends.Add(_set.Now);
            }

            await _set.SendAllAsync(Limit.Span, _set.All);
        }

        // What nobody could hold back is more than the part for once, and is saved afterwards.
        Assert.InRange(_set.Used(_set.Now - (12 * Limit.Span), _set.Now), 0.7, 1.02);
    }

    [Fact]
    public async Task Who_waits_for_a_permit_that_another_has_in_hand_asks_again_within_a_window()
    {
        var set = new ReplicaSet(redis, limit: new PermitLimit(3, 3, 3, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(50)));
        var replica = await set.StartAsync();
        await set.PassAsync(10 * set.Limit.Span);
        for (var permit = 0; permit < 3; permit++)
        {
            Assert.True((await replica.TakeAsync("crm")).IsTaken);
        }

        var fourth = await replica.TakeAsync("crm");
        Assert.False(fourth.IsTaken);
        Assert.InRange(fourth.NotBefore - set.Now, TimeSpan.FromMilliseconds(1), set.Limit.Span);
    }

    [Fact]
    public async Task What_was_sent_before_the_connection_was_known_is_told_under_its_name_without_another_request()
    {
        var replica = await _set.StartAsync();
        var budget = replica.Budgets.Create(ConnectionKey.OfToken("token"), Limit);
        var permit = await budget.TakeAsync(new PermitBid([new BidCaller("probe", 1)], 1));
        budget.MarkSent(permit.Permit);
        await _set.PassAsync(TimeSpan.FromSeconds(1));

        budget.Rename(ConnectionKey.OfBot("bot"));
        await _set.PassAsync(TimeSpan.FromSeconds(1));
        _ = await replica.SendAsync("crm");
        Assert.Equal(2, replica.Budget.Use().Used);
    }

    [Fact]
    public async Task A_pause_of_a_workspace_is_heard_with_the_next_beat_and_only_once()
    {
        await _set.StartAsync(2);
        var heard = new List<(string What, TimeSpan Until)>();
        _set.All[1].Pauses.Heard += (what, until) => heard.Add((what, until));
        var end = _set.Now + TimeSpan.FromSeconds(20);
        _set.All[0].Pauses.Tell("w:0123", end);
        await _set.All[0].BeatAsync();
        await _set.PassAsync(TimeSpan.FromSeconds(5));
        var (told, until) = Assert.Single(heard);
        Assert.Equal("w:0123", told);
        Assert.InRange(until - end, TimeSpan.FromMilliseconds(-1), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Nothing_in_the_store_names_a_bot_a_workspace_or_a_token()
    {
        var replica = await _set.StartAsync();
        await _set.SendAllAsync(Limit.Span, replica);
        foreach (var key in await _set.KeysAsync())
        {
            Assert.DoesNotContain("bot", key.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_replica_that_starts_when_a_long_outage_ends_leaves_the_others_their_parts()
    {
        await _set.StartAsync(2);
        await _set.SendAllAsync(2 * Limit.Span, _set.All);
        _set.All.ForEach(replica => replica.IsCutOff = true);
        await _set.SendAllAsync(3 * Limit.Span, _set.All);

        // The store is there again, and the others have not tried it yet.
        var started = await _set.StartAsync();
        await _set.SendAllAsync(TimeSpan.FromSeconds(2), _set.All);
        _set.All.ForEach(replica => replica.IsCutOff = false);
        await _set.SendAllAsync(3 * Limit.Span, _set.All);

        Assert.InRange(_set.MostInAnySpan(), 1, Limit.WindowLimit);
        Assert.InRange(_set.Used(_set.Now - Limit.Span, _set.Now), 0.97, 1);
        Assert.InRange(started.Sends.Count, 1, int.MaxValue);
    }

    /// <summary>Found by random schedules.</summary>
    [Fact]
    public Task A_replica_that_starts_while_the_others_use_their_parts_has_no_burst_beside_them() => RunAsync(
    [
        (Fault.Started, 3), (Fault.LostAnswers, 0.7), (Fault.Quiet, 7.8), (Fault.None, 0.23), (Fault.LostAnswers, 6.3), (Fault.Started, 6.8), (Fault.None, 3.3),
    ]);

    [Fact]
    public Task Whatever_becomes_of_store_and_replicas_no_span_has_too_many() => SampleAsync(8);

    [Fact]
    [Trait("Category", "Long")]
    public Task Whatever_becomes_of_store_and_replicas_no_span_has_too_many_in_many_schedules() => SampleAsync(1000);

    private Task SampleAsync(int schedules) =>
        Gen.Select(Gen.Enum<Fault>(), Gen.Double[0.1, 9]).Array[1, 8].SampleAsync(RunAsync, iter: schedules, threads: 1);

    private async Task RunAsync((Fault Fault, double Seconds)[] faults)
    {
        var set = await new ReplicaSet(redis, floor: 5, Limit).StartAsync(3);
        var goBack = () => Task.CompletedTask;
        foreach (var (fault, seconds) in faults)
        {
            await BeginAsync(fault);
            await set.SendAllAsync(fault == Fault.Quiet ? TimeSpan.Zero : TimeSpan.FromSeconds(seconds), set.All);
            await set.PassAsync(fault == Fault.Quiet ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero);
            set.All.ForEach(replica => (replica.IsCutOff, replica.LosesAnswers) = (false, false));
        }

        await set.SendAllAsync(2 * Limit.Span, set.All);
        Assert.InRange(set.MostInAnySpan(), 1, Limit.WindowLimit);

        async Task BeginAsync(Fault fault)
        {
            switch (fault)
            {
                case Fault.Outage:
                    set.All.ForEach(replica => replica.IsCutOff = true);
                    break;
                case Fault.LostAnswers:
                    set.All.ForEach(replica => replica.LosesAnswers = true);
                    break;
                case Fault.Empty:
                    await set.ForgetEverythingAsync();
                    break;
                case Fault.WentBack:
                    await goBack();
                    goBack = await set.RememberAsync();
                    break;
                case Fault.Killed when set.All.Count(replica => replica.IsAlive) > 1:
                    set.All.First(replica => replica.IsAlive).IsAlive = false;
                    break;
                case Fault.Started when set.All.Count < 5:
                    _ = await set.StartAsync();
                    break;
                default:
                    break;
            }
        }
    }
}
