using NotionGateway.Access.Identities;
using NotionGateway.Settings;

namespace NotionGateway.Access;

/// <summary>Section <c>Gateway:Access:Callers:{name}</c>: one service that may use the gateway.</summary>
internal sealed record CallerOptions
{
    public required string Name { get; init; }

    /// <summary><c>KeyHashes[]</c>: digests of the keys it may present; several at once make a rotation without a gap.</summary>
    public required IReadOnlyList<KeyDigest> Keys { get; init; }

    /// <summary>Identities of the platform that act as it, by labels; none by default.</summary>
    public required IReadOnlyList<IdentityOptions> Identities { get; init; }

    /// <summary>The credential its requests use. Default: the only one there is, else <c>default</c>.</summary>
    public required string? Credential { get; init; }

    /// <summary>
    /// Further credentials it may choose by <c>Notion-Gateway-Credential</c>; none by default. A grant of a public connection is
    /// <c>app/name</c>, and <c>app/*</c> stands for all names that begin with it.
    /// </summary>
    public required IReadOnlyList<string> Credentials { get; init; }

    /// <summary>What it may do; <c>read</c> by default.</summary>
    public required Permissions Permissions { get; init; }

    /// <summary>Its share of the permits while others wait too, relative to theirs; 1 by default.</summary>
    public required double Weight { get; init; }

    /// <summary>How long its requests may wait for a permit; 30 seconds by default.</summary>
    public required TimeSpan MaxWait { get; init; }

    /// <summary>The policy by which it gets stored responses; none by default (null).</summary>
    public string? Cache { get; init; }

    /// <summary>Denies all its keys, as if they were unknown; false by default.</summary>
    public required bool Disabled { get; init; }

    /// <summary>Whether every credential that it names is a grant: then none of the configured ones is meant.</summary>
    public bool UsesGrantsOnly => Credentials.Count > 0 && Credentials.All(name => name.Contains('/', StringComparison.Ordinal));

    /// <summary>Whether a name in the settings stands for every grant with this prefix.</summary>
    public static bool IsPrefixRule(string credential) => credential.EndsWith('*') && credential.Contains('/', StringComparison.Ordinal);

    public static CallerOptions Read(string name, SettingsSection section)
    {
        var identities = IdentityOptions.ReadAll(section);
        var caller = new CallerOptions
        {
            Name = name,
            Keys = ReadKeys(section, isRequired: identities.Count == 0),
            Identities = identities,
            Credential = section.Text("Credential"),
            Credentials = section.List("Credentials") ?? [],
            Permissions = ReadPermissions(section),
            Weight = section.Number("Weight", 1, 0.01, 1000),
            MaxWait = section.Duration("MaxWait", TimeSpan.FromSeconds(30), TimeSpan.Zero, TimeSpan.FromDays(1)),
            Cache = section.Text("Cache"),
            Disabled = section.Flag("Disabled", false),
        };
        section.RejectUnknown();
        return caller;
    }

    private static IReadOnlyList<KeyDigest> ReadKeys(SettingsSection section, bool isRequired)
    {
        var keys = KeyHashes.Read(section);
        if (keys.Count == 0 && isRequired)
        {
            section.Error(KeyHashes.Setting, "needs at least one hash, unless the caller has Identities: create a key with 'notion-gateway key new NAME'");
        }

        return keys;
    }

    private static Permissions ReadPermissions(SettingsSection section)
    {
        var words = section.List("Permissions", shown: Permissions.Read);
        if (words is null)
        {
            return Permissions.ReadOnly;
        }

        var permissions = new Permissions(Notion.Capability.None, Reads: false, Everything: false);
        foreach (var word in words)
        {
            if (!permissions.TryAdd(word, out permissions))
            {
                section.Error("Permissions", $"contains an unknown permission; valid ones are {string.Join(", ", Permissions.Description)} and oauth:app");
            }
        }

        return permissions;
    }
}
