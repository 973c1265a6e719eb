namespace NotionGateway.Credentials;

/// <summary>
/// Credentials that people have granted by consent. There may be any number of them, so they are found one by one and
/// never listed. OAuth implements it.
/// </summary>
internal interface IGrantedCredentials
{
    /// <summary>The credential of this name; neither it nor a refusal if there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="grantId">The grant that it should be, if that is known: another one of this name is looked up again.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    ValueTask<(Credential? Credential, Refusal? Refusal)> FindAsync(CredentialName name, string? grantId, CancellationToken cancellationToken);
}

/// <summary>Where no public connection is configured there are no grants.</summary>
internal sealed class NoGrantedCredentials : IGrantedCredentials
{
    public ValueTask<(Credential? Credential, Refusal? Refusal)> FindAsync(
        CredentialName name, string? grantId, CancellationToken cancellationToken) => default;
}
