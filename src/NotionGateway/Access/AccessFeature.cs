namespace NotionGateway.Access;

/// <summary>Registers the first stage: who calls, what do they ask for, may they.</summary>
internal static class AccessFeature
{
    public static IServiceCollection AddAccess(this IServiceCollection services, Live<AccessOptions> options) => services
        .AddSingleton(options)
        .AddSingleton(options.Map(current => new AccessRules(current)))
        .AddSingleton<AccessMetrics>();

    public static IApplicationBuilder UseAccess(this IApplicationBuilder app) => app.UseMiddleware<AccessMiddleware>();
}
