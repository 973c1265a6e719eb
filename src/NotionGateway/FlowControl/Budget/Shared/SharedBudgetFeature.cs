using NotionGateway.FlowControl.Budget.Shared.Members;
using NotionGateway.FlowControl.Budget.Shared.Store;

namespace NotionGateway.FlowControl.Budget.Shared;

/// <summary>Registers the budget that replicas share, if a store is configured: it replaces the one that a process keeps for itself.</summary>
internal static class SharedBudgetFeature
{
    public static IServiceCollection AddSharedBudget(this IServiceCollection services, SharedBudgetOptions? options) => options is null
        ? services
        : services
            .AddSingleton(options)
            .AddSingleton<RedisLink>()
            .AddHostedService(provider => provider.GetRequiredService<RedisLink>())
            .AddSingleton<StoreCall>(provider => provider.GetRequiredService<RedisLink>().RunAsync)
            .AddSingleton(new StoreClock(options.ShortestMargin, options.Keep))
            .AddSingleton(new ReplicaView(options.Replicas, options.Keep))
            .AddSingleton(provider => ReplicaId.New(provider.GetRequiredService<Random>()))
            .AddSingleton<StoreMetrics>()
            .AddSingleton<SharedStore>()
            .AddSingleton<PauseExchange>()
            .AddSingleton<Beats>()
            .AddSingleton<Membership>()
            .AddSingleton<ConnectionQuestions>()
            .AddSingleton<SharedBudgets>()
            .AddSingleton<SharedBudgetGauges>()
            .AddSingleton<PermitBudgetFactory>(provider => provider.GetRequiredService<SharedBudgets>().Create)
            .AddSingleton<SharedBudgetStatus>()
            .AddSingleton<PartStatus>(provider => provider.GetRequiredService<SharedBudgetStatus>().Note)
            .AddHostedService<PauseSharing>()
            .AddHostedService<BeatLoop>()
            .AddHostedService<SharedBudgetStart>();
}

/// <summary>Connects what must not know each other: a new connection begins a new telling. The gauges exist from here on.</summary>
internal sealed class SharedBudgetStart(RedisLink link, Membership membership, SharedBudgetGauges gauges) : LifecycleService
{
    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        GC.KeepAlive(gauges);

        // A server whose connection broke may have started again without its data: what was sent there is told again.
        link.Connected += () => membership.TellAgain(renew: false, isLost: false);
        return Task.CompletedTask;
    }
}

/// <summary>What operators are told of the store and of the other replicas.</summary>
internal sealed class SharedBudgetStatus(Membership membership, ReplicaView replicas, TimeProvider time)
{
    public PartNote Note() => membership.State is { Phase: StorePhase.Lost } lost
        ? new PartNote(Ok: false, FormattableString.Invariant($"shared budget: lost for {(time.Monotonic() - lost.Since).TotalSeconds:0} s ({lost.Why})"))
        : Of(replicas.Count(time.Monotonic()));

    private static PartNote Of((int Alive, int Silent) count) => count switch
    {
        { Silent: > 0 } => new PartNote(Ok: false, $"shared budget: silent replicas: {count.Silent} of {count.Alive + count.Silent}"),
        { Alive: > 1 } => new PartNote(Ok: true, $"1 of {count.Alive} replicas: windows are counted over all of them, waits are of this one"),
        _ => new PartNote(Ok: true, "shared budget: no other replica"),
    };
}
