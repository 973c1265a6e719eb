using NotionGateway.Settings;

namespace NotionGateway.Credentials;

/// <summary>Where a credential's token comes from.</summary>
internal enum CredentialSourceKind
{
    /// <summary>An environment variable; it cannot change while the program runs.</summary>
    Environment,

    /// <summary>A file, such as a mounted Kubernetes secret; a change is taken up within about a second.</summary>
    File,

    /// <summary>A secret in Azure Key Vault.</summary>
    KeyVault,
}

/// <summary>Section <c>Gateway:Credentials:{name}</c>: one connection to Notion.</summary>
internal sealed record CredentialOptions
{
    public required CredentialName Name { get; init; }

    /// <summary>Environment, File or KeyVault; required.</summary>
    public required CredentialSourceKind Source { get; init; }

    /// <summary>The environment variable's name; for <see cref="CredentialSourceKind.Environment"/>.</summary>
    public string? Variable { get; init; }

    /// <summary>The file's path; for <see cref="CredentialSourceKind.File"/>.</summary>
    public string? Path { get; init; }

    /// <summary>The vault's address; for <see cref="CredentialSourceKind.KeyVault"/>.</summary>
    public Uri? VaultUri { get; init; }

    /// <summary>The secret's name in the vault; for <see cref="CredentialSourceKind.KeyVault"/>.</summary>
    public string? SecretName { get; init; }

    /// <summary>The workspace it belongs to; wins over what the probe finds out. Groups credentials that share a limit.</summary>
    public string? Workspace { get; init; }

    /// <summary>The plan whose limit applies; Standard by default.</summary>
    public required string Plan { get; init; }

    /// <summary>How often the source is read again; 5 minutes by default, with jitter.</summary>
    public required TimeSpan RefreshInterval { get; init; }

    /// <summary>How long the last good token serves while its source cannot be read; a day by default.</summary>
    public required TimeSpan MaxAge { get; init; }

    /// <summary>Whether a new token is tried with one call of <c>GET /v1/users/me</c>; true by default.</summary>
    public required bool ProbeAtStart { get; init; }

    public static CredentialOptions Read(string name, SettingsSection section)
    {
        var options = new CredentialOptions
        {
            Name = new CredentialName(name),
            Source = section.Choice("Source", CredentialSourceKind.Environment, required: true),
            Variable = section.Text("Variable"),
            Path = section.Text("Path"),
            VaultUri = ReadVaultUri(section),
            SecretName = section.Text("SecretName"),
            Workspace = section.Text("Workspace"),
            Plan = section.Text("Plan", "Standard")!,
            RefreshInterval = section.Duration("RefreshInterval", TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            MaxAge = section.Duration("MaxAge", TimeSpan.FromDays(1), TimeSpan.FromSeconds(1), TimeSpan.FromDays(365)),
            ProbeAtStart = section.Flag("ProbeAtStart", true),
        };
        options.RequireWhatTheSourceNeeds(section);
        section.RejectUnknown();
        return options;
    }

    /// <summary>Whether the token comes from the same place, however often and for however long.</summary>
    public bool ReadsSameAs(CredentialOptions other) =>
        (Name, Source, Variable, Path, VaultUri, SecretName) == (other.Name, other.Source, other.Variable, other.Path, other.VaultUri, other.SecretName);

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

/// <summary>Section <c>Gateway:Credentials</c>.</summary>
internal sealed record CredentialsOptions(IReadOnlyList<CredentialOptions> All)
{
    /// <summary>These, and those of the others whose names are not among them.</summary>
    public CredentialsOptions And(CredentialsOptions others) => new([.. All, .. others.All.ExceptBy(All.Select(credential => credential.Name), credential => credential.Name)]);
}
