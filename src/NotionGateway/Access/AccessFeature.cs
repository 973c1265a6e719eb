using NotionGateway.Access.Targets;

namespace NotionGateway.Access;

/// <summary>Registers the first stage: who calls, what do they ask for, may they.</summary>
internal static class AccessFeature
{
    public static IServiceCollection AddAccess(this IServiceCollection services, Reloadable<AccessOptions> options) => services
        .AddSingleton(options)
        .AddSingleton(options.Map(current => new AccessRules(current)))
        .AddSingleton<AccessMetrics>();

    /// <summary>Refuses what is not well formed.</summary>
    public static IApplicationBuilder UseTarget(this IApplicationBuilder app) => app.UseMiddleware<TargetMiddleware>();

    public static IApplicationBuilder UseAccess(this IApplicationBuilder app) => app.UseMiddleware<AccessMiddleware>();
}
