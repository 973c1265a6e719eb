using System.CommandLine;
using NotionGateway.Hosting;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary>Loads the configuration for a command, and prints everything that is wrong with it.</summary>
internal static class ConfigurationLoading
{
    public static Option<FileInfo?> ConfigOption => new("--config") { Description = "Also read settings from this JSON file.", HelpName = "FILE" };

    /// <summary>Null if there are errors, after printing them.</summary>
    public static (IConfigurationRoot Configuration, GatewaySettings Settings)? TryLoad(SettingsSource source, TextWriter error) =>
        TryLoad(GatewaySettings.Read, source, error);

    /// <summary>The same of the section <c>Gateway:OAuth</c> alone.</summary>
    public static (IConfigurationRoot Configuration, GatewaySettings Settings)? TryLoadOAuth(SettingsSource source, TextWriter error) =>
        TryLoad(GatewaySettings.ReadOAuth, source, error);

    private static (IConfigurationRoot Configuration, GatewaySettings Settings)? TryLoad(
        Func<SettingsSource, SettingErrors, (IConfigurationRoot Configuration, GatewaySettings Settings)> read, SettingsSource source, TextWriter error)
    {
        var errors = new SettingErrors();
        var (configuration, settings) = read(source, errors);
        if (errors.All.Count == 0)
        {
            return (configuration, settings);
        }

        error.WriteLine(errors.All.Count == 1 ? "The configuration has an error:" : $"The configuration has {errors.All.Count} errors:");
        foreach (var wrong in errors.All)
        {
            error.WriteLine($"  {wrong}");
        }

        return null;
    }
}
