using Microsoft.AspNetCore.DataProtection;

namespace NotionGateway.OAuth.Sealing;

/// <summary>
/// Registers the sealing of grants. A store (<c>IKeyRingStore</c>, <c>IGrantStore</c>) must be registered too. At start:
/// <see cref="EncryptionKeys.Provide"/>, <c>IGrantStore.OpenAsync</c>, <see cref="KeyRingGuard.VerifyAsync"/>, in this order.
/// </summary>
internal static class SealingFeature
{
    /// <summary>Part of what every text is bound to: it must never change.</summary>
    private const string Application = "notion-gateway";

    public static IServiceCollection AddGrantSealing(this IServiceCollection services) => services
        .AddSingleton<EncryptionKeys>()
        .AddSingleton<RowSealer>()
        .AddSingleton<RingProtection>()
        .AddSingleton<KeyRingGuard>()
        .AddSingleton<GrantSealer>();

    /// <summary>
    /// Data Protection with the gateway's ring only: with a repository and an encryptor it reads no folder, registry or setting.
    /// It logs through the gateway's own logs, which let nothing below a warning of the framework pass.
    /// </summary>
    public static ServiceProvider MakeProtection(RingRepository repository, EncryptionKeys keys, ILoggerFactory logs)
    {
        var services = new ServiceCollection().AddSingleton(logs).AddSingleton(keys);
        services.AddDataProtection()
            .SetApplicationName(Application)
            .AddKeyManagementOptions(options =>
            {
                options.XmlRepository = repository;
                options.XmlEncryptor = new RingEncryptor(keys);
            });
        return services.BuildServiceProvider();
    }
}
