namespace NotionGateway.OAuth.Grants;

/// <summary>Whether a grant can be used.</summary>
internal enum GrantState
{
    /// <summary>Notion accepts it, as far as is known.</summary>
    Active,

    /// <summary>Notion has refused to renew it: the person who consented must connect again.</summary>
    Lost,
}

/// <summary>
/// One consent of one person for one workspace, as it is stored. Its secrets are sealed to <see cref="Id"/>, which
/// never changes; <see cref="Version"/> increases with each new pair of tokens, and a writer must know the one it replaces.
/// </summary>
internal sealed record Grant
{
    public required string Id { get; init; }

    /// <summary>The credential's name, <c>app/name</c>.</summary>
    public required CredentialName Name { get; init; }

    public string App => Name.AppOfGrant;

    /// <summary>Notion limits requests per bot; within an app it identifies the consent.</summary>
    public required string BotId { get; init; }

    public required string WorkspaceId { get; init; }

    public string? WorkspaceName { get; init; }

    /// <summary>Who consented, as a readable text.</summary>
    public string? Owner { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the present pair of tokens came from Notion.</summary>
    public required DateTimeOffset RefreshedAt { get; init; }

    public GrantState State { get; init; }

    public long Version { get; init; } = 1;

    public required SealedSecrets Secrets { get; init; }
}

/// <summary>The parts of a grant that must not be readable in a stolen store: ciphertext, each bound to its grant and column.</summary>
/// <param name="AccessToken">The token that requests carry.</param>
/// <param name="RefreshToken">The token that is exchanged for the next pair; null if Notion issued none.</param>
/// <param name="Profile">The rest of Notion's response (owner, icon, …), to respond to applications in Notion's shape.</param>
internal sealed record SealedSecrets(byte[] AccessToken, byte[]? RefreshToken, byte[] Profile)
{
    public override string ToString() => "[sealed]";
}
