namespace NotionGateway.Access;

/// <summary>Whom a bound key acts for: a caller, and the one credential that it opens.</summary>
/// <param name="Caller">The caller that it acts as.</param>
/// <param name="Credential">The name of its credential at this moment.</param>
/// <param name="GrantId">What it is bound to: a name may change hands.</param>
internal sealed record BoundIdentity(string Caller, CredentialName Credential, string GrantId);

/// <summary>
/// Keys that applications got instead of Notion's tokens. They are many and are kept in a store; OAuth implements it. Only
/// digests are asked for.
/// </summary>
internal interface IBoundKeys
{
    /// <summary>Whom the key acts for; neither that nor a denial if there is no such key.</summary>
    ValueTask<(BoundIdentity? Identity, Refusal? Refusal)> FindAsync(KeyDigest key, CancellationToken cancellationToken);

    /// <summary>What is remembered of the key is outdated: it is looked up again when it is next used.</summary>
    void Forget(KeyDigest key);
}
