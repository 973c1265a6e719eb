namespace NotionGateway.FlowControl.Budget;

/// <summary>What operators should see of a budget on the readiness page although the gateway stays ready; null if there is nothing.</summary>
internal delegate string? BudgetNote();
