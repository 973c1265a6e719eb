using NotionGateway.OAuth.Apps;

namespace NotionGateway.OAuth.Applications;

/// <summary>Registers OAuth for applications that do it themselves. Nothing of it is there without an app.</summary>
internal static class ApplicationsFeature
{
    public static IServiceCollection AddApplicationOAuth(this IServiceCollection services, OAuthOptions options) => !options.IsOn ? services : services
        .AddSingleton<ApplicationLimit>()
        .AddSingleton<ApplicationRevocation>()
        .AddSingleton<ApplicationOAuth>();

    /// <summary>Handles them before Access, since they authenticate differently.</summary>
    public static IApplicationBuilder UseApplicationOAuth(this IApplicationBuilder app) =>
        app.ApplicationServices.GetService<ApplicationOAuth>() is null ? app : app.UseMiddleware<ApplicationMiddleware>();
}
