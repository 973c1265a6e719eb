namespace NotionGateway.Credentials;

/// <summary>What holds for a credential wherever its token comes from.</summary>
internal abstract record CredentialTerms
{
    public required CredentialName Name { get; init; }

    /// <summary>The word for where its token comes from, in logs and metrics.</summary>
    public abstract string Source { get; }

    /// <summary>The workspace it belongs to; wins over what the probe finds out. Groups credentials that share a limit.</summary>
    public string? Workspace { get; init; }

    /// <summary>The plan whose limit applies; Standard by default.</summary>
    public required string Plan { get; init; }

    /// <summary>The id of the grant behind it, if there is one: names may change hands, ids do not.</summary>
    public virtual string? GrantId => null;

    /// <summary>What to do when Notion rejects the token permanently.</summary>
    public virtual string Remedy => "The operator must replace it";

    /// <summary>How long the last good token is used while its source cannot be read; null if that has no end.</summary>
    public virtual TimeSpan? LongestSilence => null;
}
