namespace NotionGateway.Bodies;

/// <summary>Registers the second stage: the body, whole and bounded, before anything waits.</summary>
internal static class BodiesFeature
{
    public static IServiceCollection AddBodies(this IServiceCollection services, BodiesOptions options) => services
        .AddSingleton(options)
        .AddSingleton<BodyBudget>();

    public static IApplicationBuilder UseBodies(this IApplicationBuilder app) => app.UseMiddleware<BodyMiddleware>();
}
