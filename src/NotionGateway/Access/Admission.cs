namespace NotionGateway.Access;

/// <summary>
/// What a request was let in by. A stage that has made the request wait has it judged again, since a reload may have taken
/// away its key, its caller or its permission meanwhile.
/// </summary>
/// <param name="Rules">The rules that let it in; as long as they are in force nothing of theirs can have changed.</param>
/// <param name="Key">The digest of the key that was presented.</param>
/// <param name="Bound">Whom the key speaks for, if it is bound to a grant.</param>
/// <param name="Chosen">The credential that the request names, if it does.</param>
/// <param name="Credential">The credential that it was given.</param>
/// <param name="QueryTokens">How many credentials stood in its query.</param>
internal sealed record Admission(
    AccessRules Rules, KeyDigest Key, BoundIdentity? Bound, string Method, string Target, string? Chosen, CredentialName Credential, int QueryTokens);
