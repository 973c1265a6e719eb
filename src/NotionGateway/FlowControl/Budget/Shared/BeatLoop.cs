using NotionGateway.FlowControl.Budget.Shared.Members;
using NotionGateway.FlowControl.Budget.Shared.Store;

namespace NotionGateway.FlowControl.Budget.Shared;

/// <summary>Beats once a second, also while the store is lost: that is the way back. At the end it brings the last notes and says goodbye.</summary>
internal sealed class BeatLoop(Membership membership, SharedBudgets budgets, ReplicaView replicas, TimeProvider time, ILogger<BeatLoop> log)
    : BackgroundLoop(TimeSpan.FromSeconds(1), time, log)
{
    private int _silent;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await budgets.FlushAsync();
        await membership.LeaveAsync();
    }

    protected override async Task TickAsync(CancellationToken stopping)
    {
        await membership.RunAsync();
        budgets.Sweep();
        var silent = membership.State.Phase == StorePhase.Shared ? replicas.Count(Time.Monotonic()).Silent : _silent;
        if (silent > _silent)
        {
            Log.ReplicaSilent(silent);
        }

        _silent = silent;
    }
}
