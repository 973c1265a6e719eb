using NotionGateway.Access;
using NotionGateway.Settings;

namespace NotionGateway.Operator;

/// <summary>Section <c>Gateway:Operator</c>: who may ask for the status and administer OAuth grants. Applied only at start.</summary>
internal sealed record OperatorOptions
{
    public const string ViewerSetting = "ViewerKeyHashes";

    private const string PublicUrlSetting = "PublicUrl";

    /// <summary><c>KeyHashes[]</c>: digests of the operators' keys. None by default, and then there is no operator listener.</summary>
    public required IReadOnlyList<KeyDigest> Keys { get; init; }

    /// <summary><c>ViewerKeyHashes[]</c>: digests of keys that may look at everything and change nothing.</summary>
    public IReadOnlyList<KeyDigest> Viewers { get; init; } = [];

    /// <summary><c>PublicUrl</c>: where browsers reach the page, if not on loopback.</summary>
    public Uri? PublicUrl { get; init; }

    public bool IsOn => Keys.Count + Viewers.Count > 0;

    /// <summary>Every key of the section with the setting that holds it.</summary>
    public IEnumerable<(string Setting, KeyDigest Key)> All =>
        [.. Keys.Select(key => (KeyHashes.Setting, key)), .. Viewers.Select(key => (ViewerSetting, key))];

    public static OperatorOptions Read(SettingsSection section)
    {
        var options = new OperatorOptions
        {
            Keys = KeyHashes.Read(section),
            Viewers = KeyHashes.Read(section, ViewerSetting),
            PublicUrl = ReadPublicUrl(section),
        };
        RejectTwice(section, KeyHashes.Setting, options.Keys);
        RejectTwice(section, ViewerSetting, options.Viewers);
        if (options.Keys.Intersect(options.Viewers).Any())
        {
            section.Error(ViewerSetting, $"has the same hash as {KeyHashes.Setting}: a key either changes things or only looks");
        }

        section.RejectUnknown();
        return options;
    }

    private static void RejectTwice(SettingsSection section, string setting, IReadOnlyList<KeyDigest> keys)
    {
        if (keys.Distinct().Count() < keys.Count)
        {
            section.Error(setting, "contains the same hash twice");
        }
    }

    private static Uri? ReadPublicUrl(SettingsSection section)
    {
        if (section.Text(PublicUrlSetting) is not { } text)
        {
            return null;
        }

        if (PublicAddress.TryParse(text) is { } url)
        {
            return url;
        }

        section.Error(PublicUrlSetting, "write only an https address, for example https://notion-gateway.example.com (http on loopback only)");
        return null;
    }
}
