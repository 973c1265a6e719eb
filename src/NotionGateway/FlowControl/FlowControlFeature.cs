using System.Threading.RateLimiting;
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
        .AddSingleton<QueueRelief>()
        .AddHostedService<QueueSweep>();

    public static IApplicationBuilder UseFlowControl(this IApplicationBuilder app) => app.UseMiddleware<FlowControlMiddleware>();
}
