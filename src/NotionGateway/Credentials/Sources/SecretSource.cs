using NotionGateway.Settings;

namespace NotionGateway.Credentials.Sources;

/// <summary>A kind of place that secrets come from.</summary>
/// <param name="Name">What is written as <c>Source</c>.</param>
/// <param name="Settings">The settings that belong to it, all required.</param>
/// <param name="Read">Makes the reference of its settings; one that is missing has been reported before.</param>
internal sealed record SecretSource(string Name, IReadOnlyList<string> Settings, Func<SettingsSection, SecretKind, SecretReference> Read)
{
    /// <summary>Every source there is.</summary>
    public static readonly IReadOnlyList<SecretSource> All = [EnvironmentSecret.Definition, FileSecret.Definition, KeyVaultSecret.Definition];
}
