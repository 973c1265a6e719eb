using NotionGateway.Access;
using NotionGateway.Credentials;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store.Postgres;
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
        .AddGrantStore(options.Store)
        .AddGrantSealing()
        .AddSingleton<GrantStoreOpening>()
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
        .AddSingleton<PartStatus>(provider => provider.GetRequiredService<GrantMetrics>().Note)
        .AddSingleton<BoundKeys>()
        .AddSingleton<IBoundKeys>(provider => provider.GetRequiredService<BoundKeys>())
        .AddSingleton<IAuthenticator, BoundKeyAuthenticator>()
        .AddSingleton<IGrantChanges, GrantChanges>()
        .AddSingleton<IGrantRevoker, GrantRevoker>()
        .AddHostedService<OAuthStart>()
        .AddHostedService<OAuthMaintenance>();

    private static IServiceCollection AddGrantStore(this IServiceCollection services, GrantStoreOptions store) =>
        store.Postgres is { } postgres ? services.AddPostgresStore(postgres).AddSingleton<StoreCopy>() : services.AddSqliteStore(store.Path!);
}
