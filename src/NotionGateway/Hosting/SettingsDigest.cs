using System.Security.Cryptography;
using System.Text;

namespace NotionGateway.Hosting;

/// <summary>Tells configurations apart without showing a value.</summary>
internal static class SettingsDigest
{
    private const int HashLength = 12;

    private static readonly string[] Ours = ["Gateway:", "Kestrel:", "Logging:"];

    /// <summary>What a reload applies.</summary>
    private static readonly string[] Live = ["Gateway:Access:", "Gateway:Caching:", "Gateway:Credentials:", "Gateway:FlowControl:"];

    private static readonly string[] FlowControl = ["Gateway:FlowControl:"];

    private static readonly string[] Shared = ["Gateway:Shared:Redis:"];

    /// <summary>What a shared budget takes from flow control at the start, by the last word of its path.</summary>
    private static readonly string[] OfReplicas = ["Replicas", "Window", "WindowMargin"];

    /// <summary>The beginning of a digest of all settings, in lower case hex.</summary>
    public static string Of(IConfiguration configuration)
    {
        var text = string.Join('\n', Settings(configuration).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
    }

    /// <summary>
    /// The sections in which two configurations differ so that only a restart applies the change, in order; of a section that a reload applies otherwise,
    /// the settings.
    /// </summary>
    public static IReadOnlyList<string> NeedRestart(IConfiguration started, IConfiguration now)
    {
        var (before, after) = (Settings(started), Settings(now));
        var isShared = before.Keys.Any(path => IsUnder(path, Shared));
        return
        [
            .. before.Keys.Union(after.Keys, StringComparer.OrdinalIgnoreCase)
                .Where(path => before.GetValueOrDefault(path) != after.GetValueOrDefault(path))
                .Where(path => !IsUnder(path, Live) || (isShared && IsOfReplicas(path)))
                .Select(path => IsUnder(path, Live) ? path : string.Join(':', path.Split(':').Take(2)))
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Order(StringComparer.OrdinalIgnoreCase),
        ];
    }

    private static bool IsOfReplicas(string path) =>
        IsUnder(path, FlowControl) && OfReplicas.Contains(path.Split(':')[^1], StringComparer.OrdinalIgnoreCase);

    private static Dictionary<string, string> Settings(IConfiguration configuration) => configuration.AsEnumerable()
        .Where(pair => pair.Value is not null && IsUnder(pair.Key, Ours))
        .ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.OrdinalIgnoreCase);

    private static bool IsUnder(string path, string[] sections) =>
        Array.Exists(sections, section => path.StartsWith(section, StringComparison.OrdinalIgnoreCase));
}
