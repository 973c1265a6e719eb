using NotionGateway.Access;
using NotionGateway.Notion;
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

    private const int ShortestKey = 32;

    public static IReadOnlyDictionary<string, string?> Read(IProcessEnvironment environment, IConfiguration configured, SettingErrors errors)
    {
        var added = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (!string.IsNullOrEmpty(environment.Get(NotionToken)) && configured["Gateway:Credentials:default:Source"] is null)
        {
            added["Gateway:Credentials:default:Source"] = nameof(Credentials.CredentialSourceKind.Environment);
            added["Gateway:Credentials:default:Variable"] = NotionToken;
        }

        if (environment.Get(GatewayKey) is { Length: > 0 } key)
        {
            AddKey(key, configured, added, errors);
        }

        return added;
    }

    private static void AddKey(string key, IConfiguration configured, Dictionary<string, string?> added, SettingErrors errors)
    {
        if (key.Length is < ShortestKey or > KeyDigest.LongestKey)
        {
            errors.Add(GatewayKey, $"must have {ShortestKey} to {KeyDigest.LongestKey} characters: make one with 'notion-gateway key new default'");
        }
        else if (NotionTokenShape.LooksLikeToken(key))
        {
            errors.Add(GatewayKey, "looks like a Notion token; it must be a key of the gateway's own: make one with 'notion-gateway key new default'");
        }
        else
        {
            added[$"Gateway:Access:Callers:default:KeyHashes:{GatewayKey}"] = KeyDigest.Of(key).ToString();
            if (!configured.GetSection("Gateway:Access:Callers:default:Grants").Exists())
            {
                added["Gateway:Access:Callers:default:Grants:0"] = Grants.All;
            }
        }
    }
}
