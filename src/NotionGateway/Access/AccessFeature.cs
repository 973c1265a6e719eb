using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Certificates;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.Access.Targets;
using NotionGateway.Notion;
using NotionGateway.Settings;

namespace NotionGateway.Access;

/// <summary>Registers the first stage: who calls, what they ask for, whether they may.</summary>
internal static class AccessFeature
{
    public static IServiceCollection AddAccess(this IServiceCollection services, Reloadable<AccessOptions> options) => services
        .AddSingleton(options)
        .AddSingleton(options.Map(static current => current.Issuers))
        .AddSingleton(options.Map(static current => current.ClientCertificates))
        .AddSingleton(provider => options.Map(current => new AccessRules(current, provider.GetRequiredService<TimeProvider>())))
        .AddSingleton<KeyUses>()
        .AddSingleton<AccessMetrics>()
        .AddSingleton<IAuthenticator, KeyAuthenticator>()
        .AddSingleton<Authenticators>()
        .AddIdentities();

    /// <summary>Tokens of issuers, and certificates. Where none are configured nothing of it runs: a reload may add the first.</summary>
    private static IServiceCollection AddIdentities(this IServiceCollection services) => services
        .AddSingleton<IssuerMetrics>()
        .AddSingleton<IdentityMetrics>()
        .AddSingleton(provider => new PodAccount(provider.GetRequiredService<IProcessEnvironment>()))
        .AddSingleton<Issuers>()
        .AddHostedService(provider => provider.GetRequiredService<Issuers>())
        .AddSingleton<ReadinessHold>(provider => provider.GetRequiredService<Issuers>().WhyNotYet)
        .AddSingleton<StrangersGate>()
        .AddSingleton<TokenVerifier>()
        .AddSingleton<TokenAuthenticator>()
        .AddSingleton<TrustedAuthorities>()
        .AddSingleton<ClientCertificates>()
        .AddSingleton<CertificateAuthenticator>();

    /// <summary>Denies what is not well formed.</summary>
    public static IApplicationBuilder UseTarget(this IApplicationBuilder app) => app.UseMiddleware<TargetMiddleware>();

    public static IApplicationBuilder UseAccess(this IApplicationBuilder app) => app.UseMiddleware<AccessMiddleware>();

    /// <summary>What Access has found out about a request that it let in.</summary>
    public static Admission Admission(this HttpContext context) => context.Features.GetRequiredFeature<Admission>();

    /// <summary>The target of a request that is well formed.</summary>
    public static TargetReading TargetReading(this HttpContext context) => context.Features.GetRequiredFeature<TargetReading>();

    /// <summary>
    /// The certificate that the connection was accepted with, where callers have some. A connection whose certificate ends is closed after the response.
    /// </summary>
    public static ClientCertificate? PresentedCertificate(this HttpContext context, AccessRules rules, ClientCertificates certificates)
    {
        var certificate = rules.Certificates is null ? null : certificates.Find(context.Connection.ClientCertificate);
        if (certificate is not null && certificates.IsEnding(certificate))
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }

        return certificate;
    }

    /// <summary>Keeps what is known of a request that goes no further than Access.</summary>
    public static void Publish(this HttpContext context, in AccessDecision decision, PresentedKey? key) =>
        context.Features.Set(new AccessFinding(decision.Caller, decision.Operation, decision.Credential, key));

    /// <summary>The beginning of the hash of the presented key, also if no caller has it; null if there is none.</summary>
    public static string? PresentedKey(this HttpContext context) =>
        (context.Features.Get<Admission>()?.Key ?? context.Features.Get<AccessFinding>()?.Key)?.Digest.Short;

    /// <summary>Who sent the request, what it asks for and with which credential, as far as Access found out, whether it was let in or not.</summary>
    public static (Caller? Caller, NotionOperation? Operation, CredentialName? Credential) FoundByAccess(this HttpContext context) =>
        context.Features.Get<Admission>() is { } admitted ? (admitted.Caller, admitted.Operation, admitted.Credential)
        : context.Features.Get<AccessFinding>() is { } found ? (found.Caller, found.Operation, found.Credential)
        : default;
}
