using NotionGateway.Caching.Store;
using NotionGateway.Caching.Tags;

namespace NotionGateway.Caching;

/// <summary>Registers the stage that asks: can one response serve several requests?</summary>
internal static class CachingFeature
{
    public static IServiceCollection AddCaching(this IServiceCollection services, Reloadable<CachingOptions> options, string defaultVersion) => services
        .AddSingleton(options)
        .AddSingleton<CacheStore>()
        .AddSingleton<TagBook>()
        .AddSingleton<EventWatch>()
        .AddSingleton<ResponseCache>()
        .AddSingleton<CachingMetrics>()
        .AddSingleton<RefreshTransform>()
        .AddSingleton<StaleTransform>()
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<KeyTransform>(provider, defaultVersion));

    public static IApplicationBuilder UseCaching(this IApplicationBuilder app) => app.UseMiddleware<CachingMiddleware>();

    /// <summary>Whether the request got a stored response.</summary>
    public static bool IsServedFromCache(this HttpContext context) => context.Features.Get<CacheHit>() is not null;
}

/// <summary>The mark of a request that got a stored response.</summary>
internal sealed class CacheHit
{
    public static readonly CacheHit Instance = new();
}
