using System.Diagnostics.Metrics;
using NotionGateway.FlowControl.Budget.Shared.Members;
using NotionGateway.FlowControl.Budget.Shared.Store;

namespace NotionGateway.FlowControl.Budget.Shared;

/// <summary>How the shared budget is doing. None of the instruments has a label for connections.</summary>
internal sealed class SharedBudgetGauges
{
    public SharedBudgetGauges(IMeterFactory meters, SharedBudgets budgets, ReplicaView replicas, StoreClock clock)
    {
        var meter = meters.CreateGatewayMeter();
        meter.CreateObservableGauge(
            "notion_gateway.shared.state",
            () => budgets.State.Phase is StorePhase.Shared or StorePhase.Returning ? 1 : 0,
            description: "1 while replicas share the budget through the store, 0 while this replica uses its own part of the limit.");
        meter.CreateObservableGauge(
            "notion_gateway.shared.replicas",
            () =>
            {
                var (alive, silent) = replicas.Count(budgets.Now);
                return new[] { Measure(alive, "alive"), Measure(silent, "silent") };
            },
            "{replica}",
            "Replicas that share the budget, as this one knows them.");
        meter.CreateObservableGauge(
            "notion_gateway.shared.share",
            () => budgets.State.Phase == StorePhase.Lost ? 1.0 / replicas.InOutage(budgets.Now) : Part(replicas.Count(budgets.Now)),
            "1",
            "The part of a connection's limit that this replica counts with: 1 unless the store is lost or replicas are silent.");
        meter.CreateObservableGauge(
            "notion_gateway.shared.unsent_notes", () => budgets.Unsent, "{note}", "Sends and returns that the store has not been told yet.");
        meter.CreateObservableGauge(
            "notion_gateway.shared.clock_difference",
            () => clock.Difference.TotalSeconds,
            "s",
            "How far the store's clock has moved against this process's between the last two beats.");
    }

    private static double Part((int Alive, int Silent) count) => count.Alive + count.Silent == 0 ? 1 : (double)count.Alive / (count.Alive + count.Silent);

    private static Measurement<int> Measure(int count, string state) => new(count, new KeyValuePair<string, object?>("state", state));
}
