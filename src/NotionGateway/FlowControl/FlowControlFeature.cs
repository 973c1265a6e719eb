using System.Threading.RateLimiting;

namespace NotionGateway.FlowControl;

/// <summary>Registers the fourth stage: whose turn is it, and again?</summary>
internal static class FlowControlFeature
{
    public static IServiceCollection AddFlowControl(this IServiceCollection services, Live<FlowControlOptions> options) => services
        .AddSingleton(options)
        .AddSingleton<MonotonicClock>()
        .AddSingleton<LaneTable>()
        .AddSingleton<PartitionedRateLimiter<TurnRequest>, TurnLimiter>()
        .AddSingleton<FlowControlMetrics>()
        .AddSingleton<LimitFeedback>()
        .AddSingleton<GivenUp>()
        .AddSingleton<AttemptJudge>()
        .AddSingleton<AttemptLoop>()
        .AddSingleton<TurnDeadline>()
        .AddSingleton<QueueRelief>()
        .AddHostedService<LaneSweep>();

    public static IApplicationBuilder UseFlowControl(this IApplicationBuilder app) => app.UseMiddleware<FlowControlMiddleware>();
}
