using NotionGateway.Access;
using NotionGateway.Credentials.Sources;
using NotionGateway.Settings;

namespace NotionGateway.Hosting;

/// <summary>
/// The two variables that make a first run need no file: <c>NOTION_TOKEN</c> fills the credential <c>default</c>,
/// <c>GATEWAY_KEY</c> lets in a caller <c>default</c>. Both add to what configuration says of those names.
/// </summary>
internal static class EnvironmentShortcuts
{
    public const string NotionToken = "NOTION_TOKEN";
    public const string GatewayKey = "GATEWAY_KEY";

    /// <summary>The caller that the key lets in.</summary>
    public const string Caller = "default";

    private const int ShortestKey = 32;

    public static IReadOnlyDictionary<string, string?> Read(IProcessEnvironment environment, IConfiguration configured, SettingErrors errors)
    {
        var added = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (!string.IsNullOrWhiteSpace(environment.Get(NotionToken)) && configured["Gateway:Credentials:default:Source"] is null)
        {
            added["Gateway:Credentials:default:Source"] = EnvironmentSecret.Definition.Name;
            added["Gateway:Credentials:default:Variable"] = NotionToken;
        }

        if (environment.Get(GatewayKey) is { } text && !string.IsNullOrWhiteSpace(text))
        {
            AddKey(text, configured, added, errors);
        }

        return added;
    }

    private static void AddKey(string text, IConfiguration configured, Dictionary<string, string?> added, SettingErrors errors)
    {
        if (SecretText.TryClean(text, out var key, SecretKind.GatewayKey) is { } wrong)
        {
            errors.Add(GatewayKey, wrong);
        }
        else if (key.Length is < ShortestKey or > KeyDigest.LongestKey)
        {
            errors.Add(GatewayKey, $"must have {ShortestKey} to {KeyDigest.LongestKey} characters: create one with 'notion-gateway key new default'");
        }
        else
        {
            added[$"Gateway:Access:Callers:{Caller}:KeyHashes:{GatewayKey}"] = KeyDigest.Of(key).ToString();
            if (!configured.GetSection($"Gateway:Access:Callers:{Caller}:Permissions").Exists())
            {
                added[$"Gateway:Access:Callers:{Caller}:Permissions:0"] = Permissions.All;
            }
        }
    }
}
