using Microsoft.Extensions.Time.Testing;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.UnitTests.FlowControl.Budget;

/// <summary>What every budget must keep, wherever it keeps its count.</summary>
public abstract class PermitBudgetContract
{
    private static readonly PermitLimit Limit = new(2.5, 5, 20, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(1));

    private readonly FakeTimeProvider _time = new();
    private readonly TimeSpan _start;
    private readonly Func<PermitLimit, TimeProvider, IPermitBudget> _create;
    private readonly IPermitBudget _budget;

    private protected PermitBudgetContract(Func<PermitLimit, TimeProvider, IPermitBudget> create)
    {
        _start = _time.Monotonic();
        _create = create;
        _budget = create(Limit, _time);
    }

    [Fact]
    public async Task The_first_window_after_the_start_has_no_burst()
    {
        Assert.Equal(1, await TakeAllAsync());
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(1, await TakeAllAsync());
    }

    [Fact]
    public async Task After_a_quiet_window_a_burst_may_be_taken_and_no_more()
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(5, await TakeAllAsync());
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(1, await TakeAllAsync());
    }

    [Fact]
    public async Task It_says_when_the_next_turn_is_and_then_there_is_one()
    {
        await TakeAllAsync();
        for (var permit = 0; permit < 100; permit++)
        {
            var taking = await _budget.TakeAsync();
            Assert.False(taking.IsTaken);
            Assert.InRange(taking.NotBefore - _time.Monotonic(), TimeSpan.FromTicks(1), TimeSpan.FromSeconds(9));
            _time.Advance(taking.NotBefore - _time.Monotonic() - TimeSpan.FromTicks(1));
            Assert.False((await _budget.TakeAsync()).IsTaken, "A turn came earlier than it was said.");
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.True((await _budget.TakeAsync()).IsTaken, "No turn came when it was said.");
            _budget.MarkSent();
        }
    }

    [Fact]
    public async Task No_span_of_window_and_guard_has_more_than_the_limit_and_hardly_less_while_somebody_wants_it()
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        var sent = new List<TimeSpan>();
        while (_time.Monotonic() - _start < TimeSpan.FromSeconds(200))
        {
            var taking = await _budget.TakeAsync();
            if (taking.IsTaken)
            {
                _budget.MarkSent();
                sent.Add(_time.Monotonic() - _start);
            }
            else
            {
                _time.Advance(taking.NotBefore - _time.Monotonic());
            }
        }

        Assert.InRange(MostIn(sent, Limit.Span), 1, Limit.WindowLimit);
        Assert.InRange(sent.Count(at => at >= TimeSpan.FromSeconds(20)) / (180 / Limit.Span.TotalSeconds * Limit.WindowLimit), 0.98, 1);

        // Once the burst is over, turns come evenly: no window ends in a gap.
        var gaps = sent.Where(at => at > TimeSpan.FromSeconds(60)).Zip(sent.Where(at => at > TimeSpan.FromSeconds(60)).Skip(1), (one, next) => (next - one).TotalSeconds);
        Assert.InRange(gaps.Max(), 0, 1.1 / Limit.Rate);
    }

    [Fact]
    public async Task A_turn_that_is_given_back_can_be_taken_again_at_once()
    {
        Assert.True((await _budget.TakeAsync()).IsTaken);
        Assert.False((await _budget.TakeAsync()).IsTaken);
        _budget.GiveBack();
        Assert.True((await _budget.TakeAsync()).IsTaken);
        Assert.Equal(1, _budget.Use().Used);
    }

    [Fact]
    public async Task What_goes_out_without_a_turn_counts_too()
    {
        _budget.CountSend();
        Assert.Equal(1, _budget.Use().Used);
        Assert.False((await _budget.TakeAsync()).IsTaken);
    }

    [Fact]
    public async Task A_turn_counts_from_when_it_is_used_and_not_from_when_it_was_taken()
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True((await _budget.TakeAsync()).IsTaken);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, _budget.Use().Used);
        _budget.MarkSent();
        _time.Advance(Limit.Span - TimeSpan.FromTicks(1));
        Assert.Equal(1, _budget.Use().Used);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(0, _budget.Use().Used);
    }

    [Fact]
    public async Task A_pause_gives_nothing_until_its_end_and_no_burst_right_after_it()
    {
        _time.Advance(TimeSpan.FromSeconds(60));
        _budget.Pause(_time.Monotonic() + TimeSpan.FromSeconds(7));
        var taking = await _budget.TakeAsync();
        Assert.False(taking.IsTaken);
        Assert.InRange(taking.NotBefore - _time.Monotonic(), TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(8));
        _time.Advance(taking.NotBefore - _time.Monotonic());
        Assert.Equal(1, await TakeAllAsync());
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, await TakeAllAsync());
    }

    [Fact]
    public void A_shorter_pause_does_not_end_a_longer_one()
    {
        _budget.Pause(_start + TimeSpan.FromSeconds(30));
        _budget.Pause(_start + TimeSpan.FromSeconds(10));
        Assert.Equal(_start + TimeSpan.FromSeconds(30), _budget.PausedUntil);
    }

    [Fact]
    public async Task A_program_that_leaves_has_half_the_rate_and_no_burst()
    {
        _time.Advance(TimeSpan.FromSeconds(60));
        _budget.SlowDown();
        Assert.Equal(1, await TakeAllAsync());
        _time.Advance(TimeSpan.FromSeconds(0.5 / Limit.Rate));
        Assert.Equal(0, await TakeAllAsync());
        _time.Advance(TimeSpan.FromSeconds(1.6 / Limit.Rate));
        Assert.Equal(1, await TakeAllAsync());
    }

    [Fact]
    public async Task A_limit_that_changes_holds_from_then_on()
    {
        _time.Advance(TimeSpan.FromSeconds(60));
        _budget.Change(Limit with { Burst = 2, WindowLimit = 3 });
        Assert.Equal(2, await TakeAllAsync());
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, await TakeAllAsync());
        _budget.Change(Limit);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(5, await TakeAllAsync());
    }

    [Fact]
    public async Task What_another_budget_has_sent_counts_once_both_are_one()
    {
        var other = _create(Limit, _time);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(5, await TakeAllAsync(other));
        Assert.True((await _budget.TakeAsync()).IsTaken);
        _budget.MarkSent();
        _budget.TakeOver(other);
        Assert.Equal(6, _budget.Use().Used);
        Assert.InRange(await TakeAllAsync(), 0, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    [InlineData(100)]
    public async Task The_estimate_is_what_happens(int ahead)
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        await TakeAllAsync();
        var estimate = _budget.Estimate(ahead) - _time.Monotonic();
        for (var permit = 0; permit <= ahead;)
        {
            var taking = await _budget.TakeAsync();
            if (taking.IsTaken)
            {
                _budget.MarkSent();
                permit++;
            }
            else
            {
                _time.Advance(taking.NotBefore - _time.Monotonic());
            }
        }

        var happened = _time.Monotonic() - _start - TimeSpan.FromSeconds(10);
        Assert.InRange(estimate / happened, 0.9, 1.1);
    }

    [Fact]
    public async Task It_is_idle_when_nothing_is_to_be_remembered()
    {
        Assert.True(_budget.IsIdle);
        Assert.True((await _budget.TakeAsync()).IsTaken);
        Assert.False(_budget.IsIdle);
        _budget.MarkSent();
        Assert.False(_budget.IsIdle);
        _time.Advance(Limit.Span);
        Assert.True(_budget.IsIdle);
        _budget.Pause(_time.Monotonic() + TimeSpan.FromSeconds(1));
        Assert.False(_budget.IsIdle);
    }

    private static int MostIn(List<TimeSpan> sent, TimeSpan span) => sent.Max(from => sent.Count(at => at >= from && at < from + span));

    private Task<int> TakeAllAsync() => TakeAllAsync(_budget);

    /// <summary>Uses what can be had at once.</summary>
    private static async Task<int> TakeAllAsync(IPermitBudget budget)
    {
        var count = 0;
        while ((await budget.TakeAsync()).IsTaken)
        {
            budget.MarkSent();
            count++;
        }

        return count;
    }
}

/// <summary>The contract, on a budget that one process keeps for itself.</summary>
public sealed class LocalPermitBudgetTests() : PermitBudgetContract((limit, time) => new LocalPermitBudgets(time).Create(default, limit));
