using NotionGateway.Browsers;
using NotionGateway.Operator.Sessions;

namespace NotionGateway.Operator.Pages;

/// <summary>Registers the operator page, and serves it on the operator listener beside the API.</summary>
internal static class PageFeature
{
    /// <param name="services">The services.</param>
    /// <param name="options">Whether there are operators.</param>
    /// <param name="hasGrants">Whether there is a store of grants.</param>
    /// <param name="sandboxKey">The key that the address printed by <c>--sandbox</c> stands for; null elsewhere.</param>
    public static IServiceCollection AddOperatorPage(this IServiceCollection services, OperatorOptions options, bool hasGrants, KeyDigest? sandboxKey)
    {
        if (!options.IsOn)
        {
            return services;
        }

        if (hasGrants)
        {
            services.AddSingleton<GrantPages>();
        }

        if (sandboxKey is { } key)
        {
            services.AddSingleton(provider => new OneTimeSignIn(key, provider.GetRequiredService<TimeProvider>()));
        }

        return services
            .AddBrowsers()
            .AddSingleton<OperatorSessions>()
            .AddSingleton<PageHost>()
            .AddSingleton<PageAssets>()
            .AddSingleton<PageSignIn>()
            .AddSingleton<PageContent>()
            .AddSingleton<PageLive>()
            .AddSingleton<CredentialProbes>()
            .AddSingleton<PageWriter>()
            .AddSingleton<PageEndpoints>();
    }

    /// <summary>Serves its paths, if there are operators; all others go on to the API.</summary>
    public static IApplicationBuilder UseOperatorPage(this IApplicationBuilder app) =>
        app.ApplicationServices.GetService<PageEndpoints>() is { } page ? app.MapWhen(PageEndpoints.IsPage, pages => pages.Run(page.RespondAsync)) : app;
}
