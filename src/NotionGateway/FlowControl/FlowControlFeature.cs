using System.Threading.RateLimiting;
using NotionGateway.Bodies;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.FlowControl;

/// <summary>Registers the stage that asks: whose permit is next, and again?</summary>
internal static class FlowControlFeature
{
    public static IServiceCollection AddFlowControl(this IServiceCollection services, Reloadable<FlowControlOptions> options) => services
        .AddSingleton(options)
        .AddSingleton<LocalPermitBudgets>()
        .AddSingleton<PermitBudgetFactory>(provider => provider.GetRequiredService<LocalPermitBudgets>().Create)
        .AddSingleton<ConnectionQueues>()
        .AddSingleton<PartitionedRateLimiter<PermitRequest>, PermitLimiter>()
        .AddSingleton<FlowControlMetrics>()
        .AddSingleton<RateLimitFeedback>()
        .AddSingleton<RetrySuppression>()
        .AddSingleton<AttemptJudge>()
        .AddSingleton<AttemptLoop>()
        .AddSingleton<PermitDeadline>()
        .AddSingleton<PartStatus>(() => options.Current is { Splits: true, Replicas: > 1 and var replicas }
            ? new PartNote(Ok: true, $"1 of {replicas} replicas: it has its part of each limit, and waits are of this one")
            : null)
        .AddSingleton<WaitingBodies>(provider => new QueuedBodies(provider.GetRequiredService<ConnectionQueues>()).All)
        .AddHostedService<QueueSweep>();

    /// <summary>Ends the way: every attempt goes on to what sends it.</summary>
    public static void UseFlowControl(this IApplicationBuilder app, SendAttempt send) =>
        app.Run(ActivatorUtilities.CreateInstance<FlowControlMiddleware>(app.ApplicationServices, send).InvokeAsync);

    /// <summary>How far the request has come in this stage; null if it has not reached it.</summary>
    public static Sending? Sending(this HttpContext context) => context.Features.Get<Sending>();
}
