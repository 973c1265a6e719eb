using Microsoft.AspNetCore.Http.Features;

namespace NotionGateway.Bodies;

/// <summary>Registers the second stage: the body, whole and bounded, before anything waits.</summary>
internal static class BodiesFeature
{
    public static IServiceCollection AddBodies(this IServiceCollection services, BodiesOptions options) => services
        .AddSingleton(options)
        .AddSingleton<BodyBudget>();

    public static IApplicationBuilder UseBodies(this IApplicationBuilder app) => app.UseMiddleware<BodyMiddleware>();

    /// <summary>The body of a request that this stage has let pass.</summary>
    public static RequestBody RequestBody(this HttpContext context) => context.Features.GetRequiredFeature<RequestBody>();
}
