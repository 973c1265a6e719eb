using NotionGateway.FlowControl.Budget;

namespace NotionGateway.UnitTests.FlowControl.Budget;

/// <summary>The contract of every budget, wherever it keeps its count, and whose clock it uses.</summary>
public abstract partial class PermitBudgetContract : IAsyncLifetime
{
    private IPermitBudget _budget = null!;
    private TimeSpan _start;

    /// <summary>All spans of time in the contract are multiples of this: a second of a clock that the test moves, less of a real one.</summary>
    private protected virtual TimeSpan Unit => TimeSpan.FromSeconds(1);

    /// <summary>How exact the budget's clock can be moved.</summary>
    private protected virtual TimeSpan Grain => TimeSpan.FromTicks(1);

    /// <summary>The time that the budget's results are told in.</summary>
    private protected abstract TimeSpan Now { get; }

    private PermitLimit Limit => new(2.5 / Unit.TotalSeconds, 5, 20, 8 * Unit, Unit);

    public async ValueTask InitializeAsync() => (_budget, _start) = (await CreateAsync(Limit), Now);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes a budget of a connection of its own, right after the start of the program.</summary>
    private protected abstract ValueTask<IPermitBudget> CreateAsync(PermitLimit limit);

    /// <summary>Lets so much time pass on the budget's clock.</summary>
    private protected abstract Task AdvanceAsync(TimeSpan time);

    [Fact]
    public async Task The_first_window_after_the_start_has_no_burst()
    {
        Assert.Equal(1, await TakeAllAsync());
        await PassAsync(4);
        Assert.Equal(1, await TakeAllAsync());
    }

    [Fact]
    public async Task After_a_quiet_window_a_burst_may_be_taken_and_no_more()
    {
        await PassAsync(10);
        Assert.Equal(5, await TakeAllAsync());
        await PassAsync(0.5);
        Assert.Equal(1, await TakeAllAsync());
    }

    [Fact]
    public async Task It_says_when_the_next_permit_is_and_then_there_is_one()
    {
        await TakeAllAsync();
        for (var permit = 0; permit < 100; permit++)
        {
            var result = await TakeAsync();
            Assert.False(result.IsTaken);
            Assert.InRange(result.NotBefore - Now, Grain, 9 * Unit);
            await AdvanceAsync(result.NotBefore - Now - Grain);
            Assert.False((await TakeAsync()).IsTaken, "A permit came earlier than it was said.");
            await AdvanceAsync(Grain);
            Assert.True((result = await TakeAsync()).IsTaken, "No permit came when it was said.");
            _budget.MarkSent(result.Permit);
        }
    }

    [Fact]
    public async Task No_span_of_window_and_margin_has_more_than_the_limit_and_hardly_less_while_somebody_wants_it()
    {
        await PassAsync(10);
        var sent = new List<TimeSpan>();
        while (Now - _start < 200 * Unit)
        {
            var result = await TakeAsync();
            if (result.IsTaken)
            {
                _budget.MarkSent(result.Permit);
                sent.Add(Now - _start);
            }
            else
            {
                await AdvanceAsync(result.NotBefore - Now);
            }
        }

        Assert.InRange(MostIn(sent, Limit.Span), 1, Limit.WindowLimit);
        Assert.InRange(sent.Count(at => at >= 20 * Unit) / (180 * Unit / Limit.Span * Limit.WindowLimit), 0.98, 1);

        // Once the burst is over, permits come evenly: no window ends in a gap.
        var even = sent.Where(at => at > 60 * Unit).ToList();
        Assert.InRange(even.Zip(even.Skip(1), (one, next) => (next - one).TotalSeconds).Max(), 0, 1.1 / Limit.Rate);
    }

    [Fact]
    public async Task A_permit_counts_from_when_it_is_used_and_not_from_when_it_was_taken()
    {
        await PassAsync(10);
        var permit = await TakeOneAsync();
        await PassAsync(30);
        Assert.Equal(1, _budget.Use().Used);
        _budget.MarkSent(permit);
        await AdvanceAsync(Limit.Span - Grain);
        Assert.Equal(1, _budget.Use().Used);
        await AdvanceAsync(Grain);
        Assert.Equal(0, _budget.Use().Used);
    }

    [Fact]
    public async Task A_pause_gives_nothing_until_its_end_and_no_burst_right_after_it()
    {
        await PassAsync(60);
        _budget.Pause(Now + (7 * Unit));
        var result = await TakeAsync();
        Assert.False(result.IsTaken);
        Assert.InRange(result.NotBefore - Now, 7 * Unit, 8 * Unit);
        await AdvanceAsync(result.NotBefore - Now);
        Assert.Equal(1, await TakeAllAsync());
        await PassAsync(5);
        Assert.Equal(1, await TakeAllAsync());
    }

    [Fact]
    public void A_shorter_pause_does_not_end_a_longer_one()
    {
        _budget.Pause(_start + (30 * Unit));
        _budget.Pause(_start + (10 * Unit));
        Assert.Equal(_start + (30 * Unit), _budget.PausedUntil);
    }

    [Fact]
    public async Task A_limit_that_changes_holds_from_then_on()
    {
        await PassAsync(60);
        _budget.Change(Limit with { Burst = 2, WindowLimit = 3 });
        Assert.Equal(2, await TakeAllAsync());
        await PassAsync(5);
        Assert.Equal(1, await TakeAllAsync());
        _budget.Change(Limit);
        await PassAsync(4);
        Assert.Equal(5, await TakeAllAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    [InlineData(100)]
    public async Task The_estimate_is_what_happens(int ahead)
    {
        await PassAsync(10);
        await TakeAllAsync();
        var estimate = _budget.Estimate(ahead) - Now;
        var begun = Now;
        for (var permit = 0; permit <= ahead;)
        {
            var result = await TakeAsync();
            if (result.IsTaken)
            {
                _budget.MarkSent(result.Permit);
                permit++;
            }
            else
            {
                await AdvanceAsync(result.NotBefore - Now);
            }
        }

        Assert.InRange(estimate / (Now - begun), 0.9, 1.1);
    }

    [Fact]
    public async Task It_is_idle_when_nothing_is_to_be_remembered()
    {
        Assert.True(_budget.IsIdle);
        var permit = await TakeOneAsync();
        Assert.False(_budget.IsIdle);
        _budget.MarkSent(permit);
        Assert.False(_budget.IsIdle);
        await AdvanceAsync(Limit.Span);
        Assert.True(_budget.IsIdle);
        _budget.Pause(Now + Unit);
        Assert.False(_budget.IsIdle);
    }

    private static int MostIn(List<TimeSpan> sent, TimeSpan span) => sent.Max(from => sent.Count(at => at >= from && at < from + span));

    private Task PassAsync(double units) => AdvanceAsync(units * Unit);

    private async Task<PermitResult> TakeAsync(IPermitBudget? budget = null) =>
        await (budget ?? _budget).TakeAsync(new PermitBid([new BidCaller("crm", 1)], 1));

    private async Task<PermitId> TakeOneAsync(IPermitBudget? budget = null)
    {
        var result = await TakeAsync(budget);
        Assert.True(result.IsTaken);
        return result.Permit;
    }

    /// <summary>Uses what can be had at once.</summary>
    private async Task<int> TakeAllAsync(IPermitBudget? budget = null)
    {
        var count = 0;
        for (; await TakeAsync(budget) is { IsTaken: true } result; count++)
        {
            (budget ?? _budget).MarkSent(result.Permit);
        }

        return count;
    }
}
