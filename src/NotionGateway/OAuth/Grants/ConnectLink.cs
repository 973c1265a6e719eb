namespace NotionGateway.OAuth.Grants;

/// <summary>An operator's leave for one person to connect one workspace. It is used up by a grant, not by being looked at.</summary>
/// <param name="Digest">All that is kept of the secret in the link.</param>
/// <param name="Name">The name that the grant will have.</param>
/// <param name="ExpiresAt">When it ends, used or not.</param>
/// <param name="UsedAt">When it was used; a used link is kept until it expires, so that the page can say so.</param>
internal sealed record ConnectLink(KeyDigest Digest, CredentialName Name, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt = null);

/// <summary>A person on the way to Notion and back: what the <c>state</c> of the address stands for.</summary>
/// <param name="State">Digest of the state; single use.</param>
/// <param name="Cookie">Digest of the cookie of the browser that began.</param>
/// <param name="Link">The link that it began with.</param>
/// <param name="Name">The name that the grant will have.</param>
/// <param name="ExpiresAt">When it is too late to come back.</param>
internal sealed record PendingConsent(KeyDigest State, KeyDigest Cookie, KeyDigest Link, CredentialName Name, DateTimeOffset ExpiresAt);
