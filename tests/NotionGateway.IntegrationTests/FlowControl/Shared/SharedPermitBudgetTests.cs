using NotionGateway.FlowControl.Budget;
using NotionGateway.UnitTests.FlowControl.Budget;

namespace NotionGateway.IntegrationTests.FlowControl.Shared;

/// <summary>The contract, on a budget that is kept in a real Redis.</summary>
public sealed class SharedPermitBudgetTests(RedisForAll redis) : PermitBudgetContract
{
    private readonly ReplicaSet _set = new(redis, limit: new PermitLimit(2.5, 5, 20, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(1)));
    private int _connections;

    private protected override TimeSpan Now => _set.Now;

    private protected override int Schedules => 20;

    // Redis counts microseconds, and parts of permits that are lost in adding up.
    private protected override TimeSpan Grain => TimeSpan.FromMicroseconds(10);

    private protected override async ValueTask<IPermitBudget> CreateAsync(PermitLimit limit)
    {
        var replica = _set.All.Count > 0 ? _set.All[0] : await _set.StartAsync();
        return replica.Budgets.Create(ConnectionKey.OfBot($"bot{++_connections}"), limit);
    }

    private protected override Task AdvanceAsync(TimeSpan time) => _set.PassAsync(time);
}
