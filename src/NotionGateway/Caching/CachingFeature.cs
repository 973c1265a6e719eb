namespace NotionGateway.Caching;

/// <summary>Registers the stage that asks: can one response serve several requests?</summary>
internal static class CachingFeature
{
    public static IServiceCollection AddCaching(this IServiceCollection services, Reloadable<CachingOptions> options, string defaultVersion) => services
        .AddSingleton(options)
        .AddSingleton<CachingMetrics>()
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<KeyTransform>(provider, defaultVersion));
}
