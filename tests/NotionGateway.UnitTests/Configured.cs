using Microsoft.Extensions.Configuration;
using NotionGateway.Forwarding.Upstream;
using NotionGateway.Hosting;
using NotionGateway.Settings;

namespace NotionGateway.UnitTests;

/// <summary>Reads settings from pairs, as the program would from its files.</summary>
internal static class Configured
{
    public static IConfigurationRoot From(params (string Path, string? Value)[] pairs) =>
        new ConfigurationBuilder().AddInMemoryCollection(pairs.Select(pair => KeyValuePair.Create(pair.Path, pair.Value))).Build();

    /// <summary>A configuration that is right, with changes; null takes a setting away.</summary>
    public static (GatewaySettings Settings, IReadOnlyList<SettingError> Errors, SettingsCatalogue Catalogue) Read(
        params (string Path, string? Value)[] changes)
    {
        var pairs = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Kestrel:Endpoints:Data:Url"] = "http://*:8080",
            ["Kestrel:Endpoints:Management:Url"] = "http://*:8081",
            ["Gateway:Access:Callers:crm:KeyHashes:0"] = "sha256:2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683",
            ["Gateway:Credentials:default:Source"] = "Environment",
            ["Gateway:Credentials:default:Variable"] = "NOTION_TOKEN",
        };
        foreach (var (path, value) in changes)
        {
            _ = value is null ? pairs.Remove(path) : (pairs[path] = value) is not null;
        }

        var errors = new SettingErrors();
        var catalogue = new SettingsCatalogue();
        var settings = GatewaySettings.Read(From([.. pairs.Select(pair => (pair.Key, pair.Value))]), errors, catalogue);
        return (settings, errors.All, catalogue);
    }

    public static ForwardingOptions Forwarding(params (string Key, string? Value)[] settings) =>
        Read([.. settings.Select(setting => ($"Gateway:Forwarding:{setting.Key}", setting.Value))]).Settings.Forwarding;
}
