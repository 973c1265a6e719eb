namespace NotionGateway.OAuth.Grants;

/// <summary>An operator's permission for one person to connect one workspace. Connecting uses it; opening it does not.</summary>
/// <param name="Digest">All that is kept of the secret in the link.</param>
/// <param name="Name">The name that the grant will have.</param>
/// <param name="ExpiresAt">When it ends, used or not.</param>
/// <param name="UsedAt">When it was used; a used link is kept until it expires, so that the page can say so.</param>
internal sealed record ConnectLink(KeyDigest Digest, CredentialName Name, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt = null);

/// <summary>A person on the way to Notion and back: what the <c>state</c> of the address stands for.</summary>
/// <param name="State">Digest of the state; single use.</param>
/// <param name="Cookie">Digest of the cookie of the browser that started.</param>
/// <param name="Link">The link that it was started with.</param>
/// <param name="Name">The name that the grant will have.</param>
/// <param name="ExpiresAt">When the consent expires.</param>
internal sealed record PendingConsent(KeyDigest State, KeyDigest Cookie, KeyDigest Link, CredentialName Name, DateTimeOffset ExpiresAt);
