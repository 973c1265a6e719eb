using Microsoft.Extensions.Time.Testing;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.UnitTests.FlowControl.Budget;

/// <summary>The contract, on a budget that one process keeps for itself.</summary>
public sealed class LocalPermitBudgetTests : PermitBudgetContract
{
    private readonly FakeTimeProvider _time = new();
    private readonly LocalPermitBudgets _budgets;

    public LocalPermitBudgetTests() => _budgets = new LocalPermitBudgets(_time);

    [Fact]
    public async Task A_program_that_leaves_has_half_the_rate_and_no_burst()
    {
        var budget = _budgets.Create(default, new PermitLimit(2, 5, 20, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(60));
        budget.SlowDown();
        Assert.Equal(1, await TakeAllAsync());
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal(0, await TakeAllAsync());
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(1, await TakeAllAsync());

        async Task<int> TakeAllAsync()
        {
            var count = 0;
            for (; await budget.TakeAsync(PermitBid.NobodyWaits) is { IsTaken: true } taken; count++)
            {
                budget.MarkSent(taken.Permit);
            }

            return count;
        }
    }

    private protected override TimeSpan Now => _time.Monotonic();

    private protected override ValueTask<IPermitBudget> CreateAsync(PermitLimit limit) => ValueTask.FromResult(_budgets.Create(default, limit));

    private protected override Task AdvanceAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }
}
