using Microsoft.Extensions.Time.Testing;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.UnitTests.FlowControl.Budget;

/// <summary>The contract, on a budget that one process keeps for itself.</summary>
public sealed class LocalPermitBudgetTests : PermitBudgetContract
{
    private readonly FakeTimeProvider _time = new();
    private readonly LocalPermitBudgets _budgets;

    public LocalPermitBudgetTests() => _budgets = new LocalPermitBudgets(_time);

    private protected override TimeSpan Now => _time.Monotonic();

    private protected override ValueTask<IPermitBudget> CreateAsync(PermitLimit limit) => ValueTask.FromResult(_budgets.Create(default, limit));

    private protected override Task AdvanceAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }
}
