namespace NotionGateway.Access;

/// <summary>Who presents a proof, or why nobody is known by it. A disabled caller is named beside the denial, for telemetry.</summary>
/// <param name="Refusal">Why the request is denied; null if it is not.</param>
/// <param name="Caller">Whose proof it is; null if it is nobody's.</param>
/// <param name="By">What knows this kind of proof, and is asked again after the request has waited.</param>
/// <param name="Key">The presented key, also if no caller has it; null if there is none.</param>
/// <param name="Bound">Whom the key acts for, if it is bound to a grant.</param>
internal readonly record struct Authentication(
    Refusal? Refusal, Caller? Caller, IAuthenticator? By = null, PresentedKey? Key = null, BoundIdentity? Bound = null)
{
    public static Authentication Denied(Refusal refusal, PresentedKey? key = null) => new(refusal, null, Key: key);
}

/// <summary>Knows one kind of proof.</summary>
internal interface IAuthenticator
{
    /// <summary>Who presents the key by these rules; null if it is no proof of this kind.</summary>
    ValueTask<Authentication?> AuthenticateAsync(AccessRules rules, PresentedKey key, CancellationToken cancellationToken);

    /// <summary>Who presents it by other rules, as far as is known without asking anywhere. Fast, and safe under a lock.</summary>
    Authentication Recheck(AccessRules rules, Admission admission);
}

/// <summary>Knows the keys of the configuration.</summary>
internal sealed class KeyAuthenticator(KeyUses uses) : IAuthenticator
{
    public ValueTask<Authentication?> AuthenticateAsync(AccessRules rules, PresentedKey key, CancellationToken cancellationToken)
    {
        if (rules.Authenticate(key.Digest) is not { Caller: not null } known)
        {
            return default;
        }

        uses.Note(key.Digest);
        return ValueTask.FromResult<Authentication?>(known with { By = this, Key = key });
    }

    public Authentication Recheck(AccessRules rules, Admission admission) => rules.Authenticate(admission.Key.Digest);
}

/// <summary>Knows the keys that stand for grants.</summary>
internal sealed class BoundKeyAuthenticator(IBoundKeys keys) : IAuthenticator
{
    public ValueTask<Authentication?> AuthenticateAsync(AccessRules rules, PresentedKey key, CancellationToken cancellationToken) =>
        key.HasForm ? FindAsync(rules, key, cancellationToken) : default;

    public Authentication Recheck(AccessRules rules, Admission admission) => Of(rules, admission.Key, admission.Bound);

    private async ValueTask<Authentication?> FindAsync(AccessRules rules, PresentedKey key, CancellationToken cancellationToken)
    {
        var (identity, unknown) = await keys.FindAsync(key.Digest, cancellationToken);
        return unknown is not null ? Authentication.Denied(unknown) : identity is null ? null : Of(rules, key, identity);
    }

    private Authentication Of(AccessRules rules, PresentedKey key, BoundIdentity? identity) => rules.AuthenticateBound(identity) with { By = this, Key = key };
}
