using NotionGateway.Settings;

namespace NotionGateway.Health;

/// <summary>Section <c>Gateway:Health</c>.</summary>
internal sealed record HealthOptions
{
    /// <summary>Whether every credential must be usable for the gateway to be ready, or only one; one by default.</summary>
    public required bool RequireAllCredentials { get; init; }

    public static HealthOptions Read(SettingsSection section)
    {
        var options = new HealthOptions { RequireAllCredentials = section.Flag("RequireAllCredentials", false) };
        section.RejectUnknown();
        return options;
    }
}
