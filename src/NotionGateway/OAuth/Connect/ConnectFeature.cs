using NotionGateway.Browsers;
using NotionGateway.Forwarding.Upstream;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Lifecycle;

namespace NotionGateway.OAuth.Connect;

/// <summary>Registers the pages on which people connect their workspaces, if there is an app to connect.</summary>
internal static class ConnectFeature
{
    /// <summary>The grant store, <see cref="GrantVault"/>, <see cref="IGrantChanges"/> and <see cref="ConnectAddress"/> come from OAuth itself.</summary>
    public static IServiceCollection AddConnect(this IServiceCollection services, OAuthOptions options)
    {
        services.AddSingleton<ConnectMetrics>();
        return !options.IsOn ? services : services
            .AddBrowsers()
            .AddSingleton(provider => ConnectCookie.For(provider.GetRequiredService<ConnectAddress>()))
            .AddSingleton(provider => new ConnectHeaders(
                provider.GetRequiredService<ConnectAddress>(), provider.GetRequiredService<ForwardingOptions>().Upstream))
            .AddSingleton<ConnectRecord>()
            .AddSingleton<ConsentOrigin>()
            .AddSingleton<OpenLinks>()
            .AddSingleton<StartLimit>()
            .AddSingleton<LinkClaims>()
            .AddSingleton<ConsentStart>()
            .AddSingleton<ConsentExchange>()
            .AddSingleton<ConsentReturn>()
            .AddSingleton<ConnectedPages>()
            .AddSingleton<ConnectEndpoints>();
    }

    /// <summary>Serves the connect listener, which is open only with an app.</summary>
    public static void UseConnect(this IApplicationBuilder app)
    {
        // Registered with or without an app, as the page on metrics says.
        _ = app.ApplicationServices.GetRequiredService<ConnectMetrics>();
        app.Run(context => context.RequestServices.GetRequiredService<ConnectEndpoints>().RespondAsync(context));
    }
}
