using NotionGateway.Settings;

namespace NotionGateway.Access;

/// <summary>Reads a setting <c>KeyHashes[]</c>, which has the same form everywhere.</summary>
internal static class KeyHashes
{
    public const string Setting = "KeyHashes";

    public static IReadOnlyList<KeyDigest> Read(SettingsSection section, string setting = Setting)
    {
        var keys = new List<KeyDigest>();
        foreach (var text in section.List(setting) ?? [])
        {
            if (KeyDigest.TryParse(text, out var digest))
            {
                keys.Add(digest);
            }
            else
            {
                section.Error(setting, "write sha256: and 64 hex digits, as 'notion-gateway key new' prints them; never the key itself");
            }
        }

        return keys;
    }
}
