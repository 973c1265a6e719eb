using System.Threading.RateLimiting;

namespace NotionGateway.FlowControl;

/// <summary>Registers the fourth stage: whose turn is it, and again?</summary>
internal static class FlowControlFeature
{
    public static IServiceCollection AddFlowControl(this IServiceCollection services) => services
        .AddSingleton(PartitionedRateLimiter.Create<TurnRequest, CredentialName>(request => RateLimitPartition.GetNoLimiter(request.Credential)))
        .AddSingleton<AttemptLoop>();

    public static IApplicationBuilder UseFlowControl(this IApplicationBuilder app) => app.UseMiddleware<FlowControlMiddleware>();
}
