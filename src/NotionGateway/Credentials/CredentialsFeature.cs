using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Access;
using NotionGateway.Credentials.Sources;

namespace NotionGateway.Credentials;

/// <summary>Registers the second stage: is there a usable token?</summary>
internal static class CredentialsFeature
{
    public static IServiceCollection AddCredentials(this IServiceCollection services, Reloadable<CredentialsOptions> options, Uri upstream) => services
        .AddSingleton(options)
        .AddSingleton<CredentialStore>()
        .AddSingleton(provider => ConnectToVault(provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<VaultClients>()
        .AddSingleton(provider => new SecretReaders(upstream, provider))
        .AddSingleton<IGrantedCredentials, NoGrantedCredentials>()
        .AddSingleton<CredentialFinder>()
        .AddSingleton<StillAdmitted>()
        .AddSingleton(provider => AdmissionSignal.Of(provider.GetRequiredService<Reloadable<AccessRules>>(), provider.GetRequiredService<CredentialStore>()))
        .AddSingleton<CredentialRefresher>()
        .AddSingleton<ITokenSupplier>(provider => provider.GetRequiredService<CredentialRefresher>())
        .AddSingleton<CredentialRenewal>()
        .AddSingleton<CredentialsMetrics>()
        .AddHostedService<CredentialSchedule>();

    public static IApplicationBuilder UseCredentials(this IApplicationBuilder app) => app.UseMiddleware<CredentialMiddleware>();

    /// <summary>The credential of a request that this stage has let pass.</summary>
    public static Credential Credential(this HttpContext context) => context.Features.GetRequiredFeature<Credential>();

    /// <summary>Managed identity, workload identity or a developer's own sign-in, whichever is there.</summary>
    private static Func<Uri, SecretClient> ConnectToVault(TimeProvider time) =>
        vault => new(vault, new DefaultAzureCredential(), VaultClientOptions.Create(time));
}
