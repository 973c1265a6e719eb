using CsCheck;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.UnitTests.FlowControl.Budget;

/// <summary>The contract as far as single permits go: each is used once, or comes back once.</summary>
public abstract partial class PermitBudgetContract
{
    private enum Step
    {
        Take,
        Send,
        GiveBack,
        GiveBackAgain,
        Pass,
    }

    /// <summary>How many random schedules are tried; less for a budget whose clock is a real one.</summary>
    private protected virtual int Schedules => 200;

    [Fact]
    public async Task Each_permit_has_an_id_of_its_own_whatever_budget_it_is_of()
    {
        var other = await CreateAsync(Limit);
        await PassAsync(10);
        var permits = new List<PermitId>();
        for (var permit = 0; permit < 5; permit++)
        {
            permits.Add(await TakeOneAsync());
            permits.Add(await TakeOneAsync(other));
        }

        Assert.Equal(10, permits.Distinct().Count());
    }

    [Fact]
    public async Task A_permit_that_is_given_back_can_be_taken_again_at_once()
    {
        var permit = await TakeOneAsync();
        Assert.False((await TakeAsync()).IsTaken);
        _budget.GiveBack(permit);
        Assert.True((await TakeAsync()).IsTaken);
        Assert.Equal(1, _budget.Use().Used);
    }

    [Fact]
    public async Task A_permit_that_is_given_back_twice_comes_back_once()
    {
        await PassAsync(10);
        var permit = await TakeOneAsync();
        Assert.Equal(4, await TakeAllAsync());
        _budget.GiveBack(permit);
        _budget.GiveBack(permit);
        Assert.Equal(4, _budget.Use().Used);
        Assert.Equal(1, await TakeAllAsync());
    }

    [Fact]
    public async Task A_permit_that_was_used_does_not_come_back()
    {
        var permit = await TakeOneAsync();
        _budget.MarkSent(permit);
        _budget.GiveBack(permit);
        Assert.Equal(1, _budget.Use().Used);
        Assert.False((await TakeAsync()).IsTaken);
    }

    [Fact]
    public async Task A_permit_that_is_used_after_it_was_given_back_counts()
    {
        var permit = await TakeOneAsync();
        _budget.GiveBack(permit);
        _budget.MarkSent(permit);
        Assert.Equal(1, _budget.Use().Used);
        Assert.False((await TakeAsync()).IsTaken);
    }

    [Fact]
    public async Task What_goes_out_without_a_permit_counts_too()
    {
        _budget.CountSend();
        Assert.Equal(1, _budget.Use().Used);
        Assert.False((await TakeAsync()).IsTaken);
    }

    [Fact]
    public async Task A_permit_is_for_a_caller_that_was_named_or_for_whoever_is_next()
    {
        await PassAsync(10);
        BidCaller[] callers = [.. Enumerable.Range(0, PermitBid.MostCallers).Select(number => new BidCaller($"caller{number}", 1 + number))];
        for (var permit = 0; permit < 5; permit++)
        {
            var result = await _budget.TakeAsync(new PermitBid(callers, 100));
            Assert.True(result.IsTaken);
            Assert.True(result.Caller is null || callers.Any(caller => caller.Name == result.Caller));
        }
    }

    [Fact]
    public async Task It_tells_what_was_sent_and_what_is_out_and_nothing_that_came_back_or_is_past()
    {
        await PassAsync(10);
        var (sent, unused, back) = (await TakeOneAsync(), await TakeOneAsync(), await TakeOneAsync());
        _budget.MarkSent(sent);
        _budget.GiveBack(back);
        Assert.Equivalent(new[] { sent, unused }, _budget.Sent().Select(told => told.Permit), strict: true);
        Assert.All(_budget.Sent(), told => Assert.InRange(Now - told.At, TimeSpan.Zero, Grain));
        await AdvanceAsync(Limit.Span);
        Assert.Equal(unused, Assert.Single(_budget.Sent()).Permit);
    }

    [Fact]
    public async Task What_another_budget_has_sent_counts_once_both_are_one()
    {
        var other = await CreateAsync(Limit);
        await PassAsync(10);
        Assert.Equal(5, await TakeAllAsync(other));
        _budget.MarkSent(await TakeOneAsync());
        _budget.TakeOver(other.Sent());
        Assert.Equal(6, _budget.Use().Used);
        Assert.InRange(await TakeAllAsync(), 0, 1);
    }

    [Fact]
    public async Task What_is_told_twice_counts_once_and_from_the_later_time()
    {
        var other = await CreateAsync(Limit);
        await PassAsync(10);
        var slow = await TakeOneAsync(other);
        Assert.Equal(4, await TakeAllAsync(other));
        _budget.TakeOver(other.Sent());
        await PassAsync(2);
        other.MarkSent(slow);
        _budget.TakeOver(other.Sent());
        Assert.Equal(5, _budget.Use().Used);
        await AdvanceAsync(Limit.Span - (2 * Unit));
        Assert.Equal(1, _budget.Use().Used);
        await PassAsync(2);
        Assert.Equal(0, _budget.Use().Used);
    }

    [Fact]
    public Task Whatever_becomes_of_permits_in_whatever_order_none_is_lost_and_no_span_has_too_many() =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 1000]).Array[1, 200].SampleAsync(RunAsync, iter: Schedules, threads: 1);

    private async Task RunAsync((Step Step, int Number)[] steps)
    {
        var budget = await CreateAsync(Limit);
        var (taken, settled, sends) = (new List<PermitId>(), new List<PermitId>(), new List<TimeSpan>());
        foreach (var (step, number) in steps)
        {
            switch (step)
            {
                case Step.Take when await TakeAsync(budget) is { IsTaken: true } result:
                    taken.Add(result.Permit);
                    break;
                case Step.Send or Step.GiveBack when taken.Count > 0:
                    var permit = taken[number % taken.Count];
                    taken.Remove(permit);
                    settled.Add(permit);
                    if (step == Step.Send)
                    {
                        budget.MarkSent(permit);
                        sends.Add(Now);
                    }
                    else
                    {
                        budget.GiveBack(permit);
                    }

                    break;
                case Step.GiveBackAgain when settled.Count > 0:
                    budget.GiveBack(settled[number % settled.Count]);
                    break;
                case Step.Pass:
                    // No sum of these is the span: one that is as old as the span is long, to the last microsecond, may count or not.
                    await PassAsync(number / 199.7);
                    break;
                default:
                    break;
            }

            Assert.Equal(taken.Count + sends.Count(at => at > Now - Limit.Span), budget.Use().Used);
            Assert.InRange(budget.Use().Used, 0, Limit.WindowLimit);
        }

        taken.ForEach(budget.GiveBack);
        await AdvanceAsync(Limit.Span);
        Assert.True(budget.IsIdle);
    }
}
