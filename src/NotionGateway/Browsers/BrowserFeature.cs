using Microsoft.Extensions.DependencyInjection.Extensions;

namespace NotionGateway.Browsers;

/// <summary>Registers what the listeners for browsers share; each of them asks for it.</summary>
internal static class BrowserFeature
{
    public static IServiceCollection AddBrowsers(this IServiceCollection services)
    {
        services.TryAddSingleton<HtmlPages>();
        return services;
    }
}
