using NotionGateway.Settings;

namespace NotionGateway.Credentials.Sources;

/// <summary>Where a secret comes from.</summary>
internal enum CredentialSourceKind
{
    /// <summary>An environment variable; it cannot change while the program runs.</summary>
    Environment,

    /// <summary>A file, such as a mounted Kubernetes secret; a change is taken up within about a second.</summary>
    File,

    /// <summary>A secret in Azure Key Vault.</summary>
    KeyVault,

    /// <summary>The consent of a person, kept in the gateway's own store. Grants are made by connecting, never configured.</summary>
    OAuth,
}

/// <summary>The place that one secret is read from: a token, a client secret, a key.</summary>
/// <param name="Owner">The setting's path: two settings may read the same file, each at its own time.</param>
/// <param name="Source">Environment, File or KeyVault; required.</param>
internal sealed record SecretReference(string Owner, CredentialSourceKind Source)
{
    /// <summary>What is to be found there.</summary>
    public SecretKind Kind { get; init; }

    /// <summary>The environment variable's name; for <see cref="CredentialSourceKind.Environment"/>.</summary>
    public string? Variable { get; init; }

    /// <summary>The file's path; for <see cref="CredentialSourceKind.File"/>.</summary>
    public string? Path { get; init; }

    /// <summary>The vault's address; for <see cref="CredentialSourceKind.KeyVault"/>.</summary>
    public Uri? VaultUri { get; init; }

    /// <summary>The secret's name in the vault; for <see cref="CredentialSourceKind.KeyVault"/>.</summary>
    public string? SecretName { get; init; }

    /// <summary>Where it is, for people.</summary>
    public string Description => Source switch
    {
        CredentialSourceKind.Environment => $"{Variable}",
        CredentialSourceKind.File => $"{Path}",
        CredentialSourceKind.KeyVault => $"{VaultUri?.Host}, secret {SecretName}",
        _ => "the store of grants",
    };

    /// <summary>Reads the settings of the place; others may stand beside them.</summary>
    public static SecretReference Read(SettingsSection section, SecretKind kind = SecretKind.NotionToken)
    {
        var place = new SecretReference(section.Path, section.Choice("Source", CredentialSourceKind.Environment, required: true, except: CredentialSourceKind.OAuth))
        {
            Kind = kind,
            Variable = section.Text("Variable"),
            Path = section.Text("Path"),
            VaultUri = ReadVaultUri(section),
            SecretName = section.Text("SecretName"),
        };
        place.RequireWhatTheSourceNeeds(section);
        return place;
    }

    private static Uri? ReadVaultUri(SettingsSection section)
    {
        if (section.Text("VaultUri") is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri is { Scheme: "https", UserInfo: "", AbsolutePath: "/", Query: "", Fragment: "" })
        {
            return uri;
        }

        section.Error("VaultUri", "write the vault's https address alone, for example https://my-vault.vault.azure.net/");
        return null;
    }

    private void RequireWhatTheSourceNeeds(SettingsSection section)
    {
        var needed = Source switch
        {
            CredentialSourceKind.Environment => ["Variable"],
            CredentialSourceKind.File => new[] { "Path" },
            _ => ["VaultUri", "SecretName"],
        };
        (string Key, bool IsSet)[] all =
        [
            ("Variable", Variable is not null), ("Path", Path is not null), ("VaultUri", section.Text("VaultUri") is not null), ("SecretName", SecretName is not null),
        ];
        foreach (var (key, isSet) in all)
        {
            if (needed.Contains(key, StringComparer.Ordinal) && !isSet)
            {
                section.Error(key, $"is required when Source is {Source}");
            }
            else if (!needed.Contains(key, StringComparer.Ordinal) && isSet)
            {
                section.Error(key, $"has no meaning when Source is {Source}: remove it, or change Source");
            }
        }
    }
}
