using System.Collections.Frozen;

namespace NotionGateway.Settings;

/// <summary>Settings that had another name before: using the old one is an error that names the new one.</summary>
internal static class RenamedSettings
{
    private static readonly FrozenDictionary<string, string> NewNames = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Gateway:Access:Callers:{name}:Grants"] = "Permissions",
        ["Gateway:Credentials:{name}:MaxAge"] = "MaxStaleness",
        ["Gateway:Credentials:{name}:ProbeAtStart"] = "VerifyToken",
        ["Gateway:FlowControl:Plans:{plan}:Guard"] = "WindowMargin",
        ["Gateway:FlowControl:QueueLimit"] = "MaxQueuedRequests",
        ["Gateway:FlowControl:QueueBytes"] = "MaxQueuedBytes",
        ["Gateway:Forwarding:MaxJsonBody"] = "MaxJsonBodyBytes",
        ["Gateway:Forwarding:MaxUploadBody"] = "MaxUploadBodyBytes",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The paths of the old names, with placeholders for names.</summary>
    public static IEnumerable<string> Old => NewNames.Keys;

    /// <summary>The name that the setting at this path has now; null if it never had another.</summary>
    public static string? NewNameOf(string pattern) => NewNames.GetValueOrDefault(pattern);
}
