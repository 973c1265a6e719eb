namespace NotionGateway.OAuth.Grants;

/// <summary>What a bound key is good for.</summary>
internal enum BoundKeyKind
{
    /// <summary>It is presented with requests, instead of an access token.</summary>
    Access,

    /// <summary>It buys new keys at <c>/v1/oauth/token</c>, instead of a refresh token.</summary>
    Refresh,
}

/// <summary>A gateway key that an application got instead of a Notion token: it opens one grant, in the name of one caller.</summary>
/// <param name="Digest">All that is kept of the key.</param>
/// <param name="GrantId">The grant that it gives access to.</param>
/// <param name="Caller">The caller that it acts as.</param>
/// <param name="Kind">What it can be used for.</param>
/// <param name="Issue">The two keys of one response share this id, and expire together.</param>
/// <param name="ExpiresAt">When it ends; null while it is the newest.</param>
internal sealed record BoundKey(KeyDigest Digest, string GrantId, string Caller, BoundKeyKind Kind, string Issue, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>When it was made; of too many, the oldest end.</summary>
    public DateTimeOffset IssuedAt { get; init; }

    /// <summary>The issue whose refresh key bought it; null if a code did.</summary>
    public string? Parent { get; init; }
}
