using System.Threading.RateLimiting;
using NotionGateway.Bodies;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.FlowControl;

/// <summary>Registers the fourth stage: whose turn is it, and again?</summary>
internal static class FlowControlFeature
{
    public static IServiceCollection AddFlowControl(this IServiceCollection services, Reloadable<FlowControlOptions> options) => services
        .AddSingleton(options)
        .AddSingleton<MonotonicClock>()
        .AddSingleton<ConnectionQueues>()
        .AddSingleton<PartitionedRateLimiter<PermitRequest>, PermitLimiter>()
        .AddSingleton<FlowControlMetrics>()
        .AddSingleton<RateLimitFeedback>()
        .AddSingleton<RetrySuppression>()
        .AddSingleton<AttemptJudge>()
        .AddSingleton<AttemptLoop>()
        .AddSingleton<PermitDeadline>()
        .AddSingleton<WaitingBodies>(provider => new QueuedBodies(provider.GetRequiredService<ConnectionQueues>()).All)
        .AddHostedService<QueueSweep>();

    public static IApplicationBuilder UseFlowControl(this IApplicationBuilder app) => app.UseMiddleware<FlowControlMiddleware>();
}
