using NotionGateway.Access;
using NotionGateway.Caching.Store;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Budget.Shared.Store;
using NotionGateway.Forwarding.Upstream;
using NotionGateway.Health;
using NotionGateway.Hosting.Connections;
using NotionGateway.Hosting.Listeners;
using NotionGateway.OAuth.Apps;
using NotionGateway.Operator;
using NotionGateway.Settings;
using NotionGateway.Telemetry;
using NotionGateway.Webhooks;

namespace NotionGateway.Hosting;

/// <summary>All settings of the gateway, read and checked as one: either every part of it is right, or none is used.</summary>
internal sealed record GatewaySettings
{
    public const string Root = "Gateway";

    private const string OAuthRoot = "Gateway:OAuth:";

    /// <summary>Apps name them.</summary>
    private const string Plans = "Gateway:FlowControl:Plans:";

    public required AccessOptions Access { get; init; }

    public required CredentialsOptions Credentials { get; init; }

    public required FlowControlOptions FlowControl { get; init; }

    public required CachingOptions Caching { get; init; }

    /// <summary>Null if nothing is shared.</summary>
    public required SharedBudgetOptions? Shared { get; init; }

    public required ForwardingOptions Forwarding { get; init; }

    public required OAuthOptions OAuth { get; init; }

    public required HealthOptions Health { get; init; }

    public required DrainOptions Drain { get; init; }

    public required TelemetryOptions Telemetry { get; init; }

    public required LimitsOptions Limits { get; init; }

    public required OperatorOptions Operator { get; init; }

    public required IReadOnlyList<WebhookOptions> Webhooks { get; init; }

    /// <summary>Reads everything that the source has, and checks the secrets that are on this machine.</summary>
    public static (IConfigurationRoot Configuration, GatewaySettings Settings) Read(SettingsSource source, SettingErrors errors)
    {
        var configuration = source.Load(errors);
        var found = source.LacksFile ? new SettingErrors() : errors;
        var settings = Read(configuration, found);
        SecretRules.Check(settings, source, found);
        return (configuration, settings);
    }

    /// <summary>
    /// Reads the section of public connections, as if nothing else were configured: the store of grants is maintained in places that lack the gateway's
    /// other files and variables.
    /// </summary>
    public static (IConfigurationRoot Configuration, GatewaySettings Settings) ReadOAuth(SettingsSource source, SettingErrors errors)
    {
        var own = source.Load(errors).AsEnumerable().Where(pair => IsOfOAuth(pair.Key) || pair.Key.StartsWith(Plans, StringComparison.OrdinalIgnoreCase));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(own).Build();
        var found = new SettingErrors();
        var settings = Read(configuration, found);
        if (!source.LacksFile)
        {
            SecretRules.Check(settings, source, errors);
            foreach (var error in found.All.Where(error => IsOfOAuth(error.Path)))
            {
                errors.Add(error.Path, error.Message);
            }
        }

        return (configuration, settings);

        static bool IsOfOAuth(string path) => path.StartsWith(OAuthRoot, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads everything; what is wrong goes into <paramref name="errors"/>, and then the result must not be used.</summary>
    public static GatewaySettings Read(IConfiguration configuration, SettingErrors errors, SettingsCatalogue? catalogue = null)
    {
        var section = new SettingsSection(configuration.GetSection(Root), errors, catalogue ?? new SettingsCatalogue());
        var credentials = section.Named("Credentials", "name").Select(named => CredentialOptions.Read(named.Name, named.Section)).ToList();
        var shared = SharedBudgetOptions.Read(section.Section("Shared"));
        var limits = LimitsOptions.Read(
            section.Section("Limits"), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, DescriptorLimit.OfThisProcess());
        var access = AccessOptions.Read(section.Section("Access"));
        var flowControl = FlowControlOptions.Read(section.Section("FlowControl"), splits: shared is null);
        var settings = new GatewaySettings
        {
            Access = access,
            Credentials = new CredentialsOptions(credentials),
            FlowControl = flowControl,
            Caching = CachingOptions.Read(section.Section("Caching"), limits.MaxBufferedBytes),
            Shared = shared?.For(flowControl),
            Forwarding = ForwardingOptions.Read(section.Section("Forwarding")),
            OAuth = OAuthOptions.Read(section.Section("OAuth")),
            Health = HealthOptions.Read(section.Section("Health")),
            Drain = DrainOptions.Read(section),
            Telemetry = TelemetryOptions.Read(section.Section("Telemetry")),
            Limits = limits,
            Operator = OperatorOptions.Read(section.Section("Operator"), access.Issuers),
            Webhooks = [.. section.Named(WebhookOptions.Root, "webhook").Select(named => WebhookOptions.Read(named.Name, named.Section))],
        };
        section.RejectUnknown();
        ListenerRules.Check(configuration, errors);
        ClientCertificateModes.Check(configuration, errors);
        return settings with { Access = SettingsRules.Resolve(settings, errors) };
    }
}
