using CsCheck;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl.Queueing;

/// <summary>A budget may ask a store that fails, is slow, or answers too late. A waiting caller is served once it answers, and no permit is lost.</summary>
public sealed class FailingBudgetTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedBudget _budget;
    private readonly CapturedLogs _logs = new();
    private readonly ConnectionQueue _queue;

    public FailingBudgetTests()
    {
        var budgets = new LocalPermitBudgets(_time);
        _time.Advance(TimeSpan.FromMinutes(2));
        _budget = new ScriptedBudget(budgets.Create(default, Queues.Standard));
        _queue = new ConnectionQueue(_budget, _time, new Reloadable<FlowControlOptions>(Queues.Some()), _logs.CreateLogger("queue"));
    }

    [Theory]
    [InlineData(Way.ThrowsAtOnce)]
    [InlineData(Way.FailsLater)]
    [InlineData(Way.ThrowsWhereTheResultIsKnown)]
    public void A_budget_that_fails_once_is_asked_again_and_everybody_is_served(Way way)
    {
        _budget.Fail(way, times: 1);
        var waiting = Enumerable.Range(0, 5).Select(_ => Ask()).ToList();
        Assert.All(waiting, waiter => Assert.True(waiter.IsWaiting));

        Pass(TimeSpan.FromSeconds(1));

        Assert.All(waiting, waiter => Assert.True(waiter.HasPermit));
        Assert.Single(_logs.Named("BudgetFailed"));
    }

    [Theory]
    [InlineData(Way.ThrowsAtOnce)]
    [InlineData(Way.FailsLater)]
    [InlineData(Way.ThrowsWhereTheResultIsKnown)]
    public void A_budget_that_goes_on_failing_is_asked_ever_less_often_and_said_once(Way way)
    {
        _budget.Fail(way, times: int.MaxValue);
        var waiting = Ask();
        Pass(TimeSpan.FromSeconds(25));

        // 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5 seconds apart.
        Assert.InRange(_budget.Asked, 8, 12);
        Assert.True(waiting.IsWaiting);
        Assert.Single(_logs.Named("BudgetFailed"));

        _budget.Fail(way, times: 0);
        Pass(TimeSpan.FromSeconds(5));
        Assert.True(waiting.HasPermit);
    }

    [Fact]
    public void While_it_fails_those_whose_time_has_passed_are_told_so()
    {
        _budget.Fail(Way.ThrowsAtOnce, times: int.MaxValue);
        var waiting = Ask(TimeSpan.FromSeconds(3));
        Pass(TimeSpan.FromSeconds(3.1));
        Assert.Equal(RefusalReason.WaitTooLong, waiting.Reason);
    }

    [Fact]
    public void A_permit_that_comes_when_nobody_waits_any_more_is_given_back()
    {
        var result = _budget.Hold();
        var waiting = Ask(TimeSpan.FromSeconds(1));
        Pass(TimeSpan.FromSeconds(1.1));
        Assert.Equal(RefusalReason.WaitTooLong, waiting.Reason);

        result.SetResult();
        Until(() => _budget.Taken == 1 && _budget.Use().Used == 0);
    }

    [Fact]
    public void A_permit_that_comes_when_its_caller_has_hung_up_is_given_back()
    {
        var result = _budget.Hold();
        var gone = Ask();
        gone.HangUp();
        Assert.True(gone.Task.IsCanceled);

        result.SetResult();
        Until(() => _budget.Taken == 1 && _budget.Use().Used == 0);
        Assert.True(Ask().HasPermit);
    }

    [Fact]
    public void A_budget_that_is_slow_but_in_time_is_asked_once_and_nothing_is_logged()
    {
        var result = _budget.Hold();
        var waiting = Ask(TimeSpan.FromSeconds(2));
        Pass(TimeSpan.FromSeconds(1));
        Assert.True(waiting.IsWaiting);

        result.SetResult();
        Until(() => waiting.HasPermit);
        Assert.Equal((1, 1), (_budget.Asked, _budget.Use().Used));
        Assert.Empty(_logs.Named("BudgetFailed"));
    }

    [Fact]
    public void A_permit_that_comes_after_it_was_waited_for_goes_to_whoever_waits()
    {
        var late = _budget.Hold();
        var waiting = Ask();
        _budget.Fail(Way.FailsLater, times: int.MaxValue);
        Pass(TimeSpan.FromSeconds(4));
        Assert.True(waiting.IsWaiting);
        Assert.Single(_logs.Named("BudgetFailed"));

        late.SetResult();
        Until(() => waiting.HasPermit);
        Assert.Equal((1, 1), (_budget.Taken, _budget.Use().Used));
    }

    [Fact]
    public void A_permit_that_comes_after_it_was_waited_for_is_given_back_if_nobody_waits()
    {
        _budget.HoldAll();
        var waiting = Ask(TimeSpan.FromSeconds(3));
        Pass(TimeSpan.FromSeconds(3.1));
        Assert.Equal((RefusalReason.WaitTooLong, 2), (waiting.Reason, _budget.Use().Used));

        _budget.ReleaseAll();
        Until(() => _budget.Use().Used == 0);
    }

    [Fact]
    public void A_budget_that_never_answers_is_asked_a_few_times_and_no_more()
    {
        _budget.HoldAll();
        var waiting = Ask(TimeSpan.FromMinutes(10));
        Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(4, _budget.Asked);
        Assert.Single(_logs.Named("BudgetFailed"));

        _budget.ReleaseAll();
        Pass(TimeSpan.FromSeconds(6));
        Assert.True(waiting.HasPermit);
        Until(() => _budget.Use().Used == 1);
    }

    [Fact]
    public void A_permit_that_comes_during_a_pause_is_given_back()
    {
        var result = _budget.Hold();
        var waiting = Ask();
        _queue.Pause(new Cooldown(LimitLevel.Credential, _time.Monotonic() + TimeSpan.FromSeconds(10)), operation: null);
        result.SetResult();
        Until(() => _budget.Taken == 1 && _budget.Use().Used == 0);
        Pass(TimeSpan.FromSeconds(9.8));
        Assert.True(waiting.IsWaiting);
        Pass(TimeSpan.FromSeconds(1));
        Assert.True(waiting.HasPermit);
    }

    [Fact]
    public void A_budget_may_name_whose_the_permit_is()
    {
        var result = _budget.Hold();
        var (first, second) = (Ask(caller: "first"), Ask(caller: "second"));
        _budget.Name = "second";
        result.SetResult();
        Until(() => second.HasPermit);
        _budget.Name = null;
        Assert.Equal(["first"], _budget.Bids[0].Callers.Select(caller => caller.Name));
        Pass(TimeSpan.FromSeconds(1));
        Assert.True(first.HasPermit);
        Assert.Equal(2, _budget.Use().Used);
    }

    [Fact]
    public void A_permit_for_a_caller_that_waits_no_more_goes_to_who_is_next()
    {
        var result = _budget.Hold();
        var (first, gone) = (Ask(caller: "first"), Ask(caller: "gone"));
        _budget.Name = "gone";
        gone.HangUp();
        result.SetResult();
        Until(() => first.HasPermit);
        Assert.Equal(1, _budget.Use().Used);
    }

    [Fact]
    public void A_bid_names_the_callers_that_are_next_and_sixteen_at_most()
    {
        _budget.HoldAll();
        for (var caller = 0; caller < 20; caller++)
        {
            Ask(caller: $"caller{caller}");
            Ask(caller: $"caller{caller}");
        }

        _budget.ReleaseAll();
        Pass(TimeSpan.FromSeconds(1));
        var bid = _budget.Bids[1];
        Assert.Equal(39, bid.Waiting);
        Assert.Equal(Enumerable.Range(1, 16).Select(number => $"caller{number}"), bid.Callers.Select(caller => caller.Name));
    }

    [Fact]
    public void Whatever_fails_in_whatever_order_everybody_is_served_in_the_end() =>
        Gen.Select(Gen.Enum<Way>(), Gen.Int[0, 4]).Array[1, 12].Sample(
            failures =>
            {
                var test = new FailingBudgetTests();
                var waiting = new List<Waiter>();
                foreach (var (way, times) in failures)
                {
                    test._budget.Fail(way, times);
                    waiting.Add(test.Ask(TimeSpan.FromMinutes(30)));
                    test.Pass(TimeSpan.FromMilliseconds(150));
                }

                test.Pass(TimeSpan.FromMinutes(2));
                return waiting.TrueForAll(waiter => waiter.HasPermit);
            },
            iter: 100,
            threads: 2);

    private Waiter Ask(TimeSpan? maxWait = null, string caller = "crm")
    {
        var request = new PermitRequest(Queues.Credential(), caller, 1, _time.Monotonic() + (maxWait ?? TimeSpan.FromMinutes(1)));
        var gone = new CancellationTokenSource();
        return new Waiter(request, _queue.Acquire(request, gone.Token)!.Value.AsTask(), gone);
    }

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, SafetyNet.Timeout));

    private void Pass(TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromMilliseconds(50))
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }
    }
}
