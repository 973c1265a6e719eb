using NotionGateway.Access;
using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.Settings;

namespace NotionGateway.Operator;

/// <summary>Section <c>Gateway:Operator</c>: who may ask for the status and administer OAuth grants. Applied only at start.</summary>
internal sealed record OperatorOptions
{
    public const string ViewerSetting = "ViewerKeyHashes";

    private const string PublicUrlSetting = "PublicUrl";
    private const string AudiencesSetting = "Audiences";

    /// <summary><c>KeyHashes[]</c>: digests of the operators' keys. None by default, and then there is no operator listener.</summary>
    public required IReadOnlyList<KeyDigest> Keys { get; init; }

    /// <summary><c>ViewerKeyHashes[]</c>: digests of keys that may look at everything and change nothing.</summary>
    public IReadOnlyList<KeyDigest> Viewers { get; init; } = [];

    /// <summary><c>Audiences[]</c>: what tokens of operators name, and no token of a caller.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Identities of operators, by labels; none by default.</summary>
    public IReadOnlyList<IdentityOptions> Identities { get; init; } = [];

    /// <summary><c>PublicUrl</c>: where browsers reach the page, if not on loopback.</summary>
    public Uri? PublicUrl { get; init; }

    public bool IsOn => Keys.Count + Viewers.Count + Identities.Count > 0;

    /// <summary>Every key of the section with the setting that holds it.</summary>
    public IEnumerable<(string Setting, KeyDigest Key)> All =>
        [.. Keys.Select(key => (KeyHashes.Setting, key)), .. Viewers.Select(key => (ViewerSetting, key))];

    /// <param name="section">The section.</param>
    /// <param name="issuers">Who issues tokens, of callers and of operators.</param>
    public static OperatorOptions Read(SettingsSection section, IReadOnlyList<IssuerOptions> issuers)
    {
        var options = new OperatorOptions
        {
            Keys = KeyHashes.Read(section),
            Viewers = KeyHashes.Read(section, ViewerSetting),
            Audiences = section.List(AudiencesSetting) ?? [],
            Identities = IdentityOptions.ReadAll(section, ofOperators: true),
            PublicUrl = ReadPublicUrl(section),
        };
        RejectTwice(section, KeyHashes.Setting, options.Keys);
        RejectTwice(section, ViewerSetting, options.Viewers);
        if (options.Keys.Intersect(options.Viewers).Any())
        {
            section.Error(ViewerSetting, $"has the same hash as {KeyHashes.Setting}: a key either changes things or only looks");
        }

        CheckIdentities(section, options, issuers);
        section.RejectUnknown();
        return options;
    }

    private static void CheckIdentities(SettingsSection section, OperatorOptions options, IReadOnlyList<IssuerOptions> issuers)
    {
        IdentityChecks.Check(issuers, [.. options.Identities.Select(identity => (identity.Label, identity))], owners: "", section);
        if (options.Audiences.Count == 0 != (options.Identities.Count == 0))
        {
            section.Error(
                AudiencesSetting,
                options.Audiences.Count == 0
                    ? "is required by Identities: write the audience that tokens of operators name, and those of callers do not"
                    : "has no effect without Identities");
        }

        foreach (var issuer in issuers.Where(issuer => issuer.Audiences.Intersect(options.Audiences, StringComparer.Ordinal).Any()))
        {
            section.Error(AudiencesSetting, $"contains an audience that issuer '{issuer.Name}' has for callers: a caller's token would be an operator's too");
        }
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
