using CsCheck;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.FlowControl;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl;

/// <summary>A budget may ask a store that fails, throws, or takes its time. Whoever waits is served once it answers.</summary>
public sealed class FailingBudgetTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedBudget _budget;
    private readonly CapturedLogs _logs = new();
    private readonly ConnectionQueue _queue;

    public FailingBudgetTests()
    {
        var start = _time.Monotonic();
        _time.Advance(TimeSpan.FromMinutes(2));
        _budget = new ScriptedBudget(new LocalPermitBudget(Queues.Standard, _time, start));
        _queue = new ConnectionQueue(_budget, _time, new Reloadable<FlowControlOptions>(Queues.Some()), _logs.CreateLogger("lane"));
    }

    public enum Way
    {
        ThrowsAtOnce,
        FailsLater,
        ThrowsWhereTheResponseIsKnown,
    }

    [Theory]
    [InlineData(Way.ThrowsAtOnce)]
    [InlineData(Way.FailsLater)]
    [InlineData(Way.ThrowsWhereTheResponseIsKnown)]
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
    [InlineData(Way.ThrowsWhereTheResponseIsKnown)]
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
    public void An_answer_that_comes_when_nobody_waits_any_more_is_given_back()
    {
        var response = _budget.Hold();
        var waiting = Ask(TimeSpan.FromSeconds(3));
        Pass(TimeSpan.FromSeconds(3.1));
        Assert.Equal(RefusalReason.WaitTooLong, waiting.Reason);

        response.SetResult();
        Assert.True(SpinWait.SpinUntil(() => _budget.Use().Used == 0 && _budget.Taken == 1, TimeSpan.FromSeconds(10)));
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

    private Waiter Ask(TimeSpan? maxWait = null)
    {
        var request = new PermitRequest(Queues.Credential(), "crm", 1, _time.Monotonic() + (maxWait ?? TimeSpan.FromMinutes(1)));
        return new Waiter(request, _queue.Acquire(request, CancellationToken.None)!.Value.AsTask(), new CancellationTokenSource());
    }

    private void Pass(TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromMilliseconds(50))
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>A budget whose answers come from elsewhere, when and as the test says.</summary>
    private sealed class ScriptedBudget(LocalPermitBudget inner) : IPermitBudget
    {
        private Way _way;
        private int _failures;
        private TaskCompletionSource? _hold;

        public int Asked { get; private set; }

        public int Taken { get; private set; }

        public TimeSpan PausedUntil => inner.PausedUntil;

        public bool IsIdle => inner.IsIdle;

        public void Fail(Way way, int times) => (_way, _failures) = (way, times);

        public TaskCompletionSource Hold() => _hold = new TaskCompletionSource();

        public bool TryTake(out PermitResult taking)
        {
            taking = default;
            if (_way != Way.ThrowsWhereTheResponseIsKnown)
            {
                return false;
            }

            Asked++;
            taking = Fails() ? throw new InvalidOperationException("no answer") : Take();
            return true;
        }

        public ValueTask<PermitResult> TakeAsync()
        {
            Asked++;
            if (_hold is { } hold)
            {
                return AfterAsync(hold.Task);
            }

            return !Fails() ? ValueTask.FromResult(Take())
                : _way == Way.FailsLater ? ValueTask.FromException<PermitResult>(new TimeoutException("no answer"))
                : throw new InvalidOperationException("no answer");
        }

        public void MarkSent() => inner.MarkSent();

        public void CountSend() => inner.CountSend();

        public void GiveBack() => inner.GiveBack();

        public void Pause(TimeSpan until) => inner.Pause(until);

        public void SlowDown() => inner.SlowDown();

        public void Change(PermitLimit limit) => inner.Change(limit);

        public void TakeOver(IPermitBudget other) => inner.TakeOver(other);

        public TimeSpan Estimate(int ahead) => inner.Estimate(ahead);

        public WindowUse Use() => inner.Use();

        private bool Fails() => _failures > 0 && (_failures == int.MaxValue || _failures-- > 0);

        private async ValueTask<PermitResult> AfterAsync(Task hold)
        {
            await hold;
            _hold = null;
            return Take();
        }

        private PermitResult Take()
        {
            inner.TryTake(out var taking);
            Taken += taking.IsTaken ? 1 : 0;
            return taking;
        }
    }
}
