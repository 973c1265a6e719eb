namespace NotionGateway.Health;

/// <summary>Registers readiness and draining.</summary>
internal static class HealthFeature
{
    public static IServiceCollection AddHealth(this IServiceCollection services, HealthOptions options, DrainOptions drain) => services
        .AddSingleton(options)
        .AddSingleton(drain)
        .AddSingleton<Drain>()
        .AddSingleton<Readiness>()
        .AddHostedService<DrainService>();

    public static IApplicationBuilder UseDrain(this IApplicationBuilder app) => app.UseMiddleware<DrainMiddleware>();
}
