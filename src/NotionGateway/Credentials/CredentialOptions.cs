using NotionGateway.Credentials.Sources;
using NotionGateway.Settings;

namespace NotionGateway.Credentials;

/// <summary>Section <c>Gateway:Credentials:{name}</c>: one connection to Notion.</summary>
internal sealed record CredentialOptions : CredentialTerms
{
    /// <summary><c>Source</c> and what belongs to it: where the token is read.</summary>
    public required SecretReference Place { get; init; }

    public override string Source => Place.Source;

    /// <summary>How often the source is read again; 5 minutes by default, with jitter.</summary>
    public required TimeSpan RefreshInterval { get; init; }

    /// <summary>How long the last good token is used while its source cannot be read; a day by default.</summary>
    public required TimeSpan MaxStaleness { get; init; }

    /// <summary>Whether a new token is tried with one call of <c>GET /v1/users/me</c>; true by default.</summary>
    public required bool VerifyToken { get; init; }

    public override TimeSpan? LongestSilence => MaxStaleness;

    public static CredentialOptions Read(string name, SettingsSection section)
    {
        var options = new CredentialOptions
        {
            Name = new CredentialName(name),
            Place = SecretReference.Read(section),
            Workspace = section.Text("Workspace"),
            Plan = section.Text("Plan", "Standard"),
            RefreshInterval = section.Duration("RefreshInterval", TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            MaxStaleness = section.Duration("MaxStaleness", TimeSpan.FromDays(1), TimeSpan.FromSeconds(1), TimeSpan.FromDays(365)),
            VerifyToken = section.Flag("VerifyToken", true),
        };
        section.RejectUnknown();
        return options;
    }

    /// <summary>Whether the token comes from the same place, however often and for however long.</summary>
    public bool ReadsSameAs(CredentialOptions other) => (Name, Place) == (other.Name, other.Place);
}

/// <summary>Section <c>Gateway:Credentials</c>.</summary>
internal sealed record CredentialsOptions(IReadOnlyList<CredentialOptions> All)
{
    /// <summary>These, and those of the others whose names are not among them.</summary>
    public CredentialsOptions And(CredentialsOptions others) =>
        new([.. All, .. others.All.ExceptBy(All.Select(credential => credential.Name), credential => credential.Name)]);
}
