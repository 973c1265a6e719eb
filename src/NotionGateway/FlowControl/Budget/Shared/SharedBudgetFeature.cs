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
            .AddSingleton(new StoreClock(options.ShortestMargin))
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
            .AddSingleton<SharedBudgetNote>()
            .AddSingleton<ReadinessNote>(provider => provider.GetRequiredService<SharedBudgetNote>().Text)
            .AddHostedService<PauseSharing>()
            .AddHostedService<BeatLoop>()
            .AddHostedService<SharedBudgetStart>();
}

/// <summary>Connects what must not know each other: a new connection wakes the beat. The gauges exist from here on.</summary>
internal sealed class SharedBudgetStart(RedisLink link, Membership membership, SharedBudgetGauges gauges) : LifecycleService
{
    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        GC.KeepAlive(gauges);
        link.Connected += () => _ = membership.RunAsync();
        return Task.CompletedTask;
    }
}

/// <summary>What the readiness page says of the store.</summary>
internal sealed class SharedBudgetNote(Membership membership, TimeProvider time)
{
    public string? Text() => membership.State is { Phase: StorePhase.Lost } lost
        ? FormattableString.Invariant($"shared budget: lost for {(time.Monotonic() - lost.Since).TotalSeconds:0} s ({lost.Why})")
        : null;
}
