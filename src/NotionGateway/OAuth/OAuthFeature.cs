using NotionGateway.Access;
using NotionGateway.Credentials;
using NotionGateway.OAuth.Applications;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Sqlite;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth;

/// <summary>Registers public connections: grants, what keeps them, and the two ways in. Nothing of it is there without an app.</summary>
internal static class OAuthFeature
{
    public static IServiceCollection AddOAuth(this IServiceCollection services, OAuthOptions options) => !options.IsOn ? services : services
        .AddSingleton(options)
        .AddSingleton(new OAuthApps(options))
        .AddSingleton(new OAuthAppNames(options.Apps.Select(app => app.Name).ToHashSet(StringComparer.Ordinal)))
        .AddSingleton(new ConnectAddress(options.PublicUrl!))
        .AddSingleton(new SqliteGrantStore(new SqliteStoreSettings(options.StorePath!)))
        .AddSingleton<IGrantStore>(provider => provider.GetRequiredService<SqliteGrantStore>())
        .AddSingleton<IKeyRingStore>(provider => provider.GetRequiredService<SqliteGrantStore>())
        .AddGrantSealing()
        .AddSingleton<ClientSecrets>()
        .AddSingleton<NotionOAuthClient>()
        .AddSingleton<GrantVault>()
        .AddSingleton<PendingTokenWrites>()
        .AddSingleton<Consents>()
        .AddSingleton<UnderWay>()
        .AddSingleton<GrantRenewal>()
        .AddSingleton<GrantCredentials>()
        .AddSingleton<IGrantedCredentials>(provider => provider.GetRequiredService<GrantCredentials>())
        .AddSingleton<GrantMetrics>()
        .AddSingleton<BoundKeys>()
        .AddSingleton<IBoundKeys>(provider => provider.GetRequiredService<BoundKeys>())
        .AddSingleton<IAuthenticator, BoundKeyAuthenticator>()
        .AddSingleton<IGrantChanges, GrantChanges>()
        .AddSingleton<IGrantRevoker, GrantRevoker>()
        .AddSingleton<ApplicationLimit>()
        .AddSingleton<ApplicationRevocation>()
        .AddSingleton<ApplicationOAuth>()
        .AddHostedService<OAuthStart>()
        .AddHostedService<OAuthMaintenance>();

    /// <summary>Answers applications that do OAuth themselves; stands before Access, since they prove themselves otherwise.</summary>
    public static IApplicationBuilder UseApplicationOAuth(this IApplicationBuilder app) =>
        app.ApplicationServices.GetService<ApplicationOAuth>() is null ? app : app.UseMiddleware<ApplicationMiddleware>();
}
