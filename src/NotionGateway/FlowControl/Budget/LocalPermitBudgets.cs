namespace NotionGateway.FlowControl.Budget;

/// <summary>Makes the budget of a connection.</summary>
internal delegate IPermitBudget PermitBudgetFactory(ConnectionKey connection, PermitLimit limit);

/// <summary>Makes budgets that this process keeps for itself.</summary>
internal sealed class LocalPermitBudgets(TimeProvider time)
{
    private readonly PermitIds _ids = new();
    private readonly TimeSpan _startedAt = time.Monotonic();

    public IPermitBudget Create(ConnectionKey connection, PermitLimit limit) => new LocalPermitBudget(limit, time, _startedAt, _ids);
}
