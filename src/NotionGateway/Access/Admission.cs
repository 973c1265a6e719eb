using NotionGateway.Access.Targets;
using NotionGateway.Notion;

namespace NotionGateway.Access;

/// <summary>
/// What Access has found out about a request that it let in. A stage that has made the request wait has it judged again, since a reload may
/// have taken away its key, its caller or its permission meanwhile.
/// </summary>
/// <param name="Rules">The rules that let it in; as long as they are in force nothing of theirs can have changed.</param>
/// <param name="By">What knows its kind of proof.</param>
/// <param name="Key">The key that was presented.</param>
/// <param name="Bound">Whom the key acts for, if it is bound to a grant.</param>
/// <param name="Caller">Who sent it.</param>
/// <param name="Reading">Its target.</param>
/// <param name="Operation">What it asks for.</param>
/// <param name="Chosen">The credential that the request names, if it does.</param>
/// <param name="Credential">The credential that it was given.</param>
internal sealed record Admission(
    AccessRules Rules,
    IAuthenticator By,
    PresentedKey Key,
    BoundIdentity? Bound,
    Caller Caller,
    TargetReading Reading,
    NotionOperation Operation,
    string? Chosen,
    CredentialName Credential)
{
    /// <summary>The exact target that was judged and will be sent.</summary>
    public RequestTarget Target => Reading.Target;

    /// <summary>
    /// Whether what was presented may end while a request waits, though the rules stay the same: a grant changes hands, a token expires, an authority is
    /// trusted no longer.
    /// </summary>
    public bool MayEnd => GrantId is not null || Key.Token is not null || Key.Certificate is not null;

    /// <summary>The one grant that the key opens, if it is a key for one.</summary>
    public string? GrantId => Bound?.GrantId;
}
