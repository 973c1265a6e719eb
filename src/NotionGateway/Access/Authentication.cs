using System.Net;
using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Certificates;

namespace NotionGateway.Access;

/// <summary>What a request presents to prove who sends it.</summary>
/// <param name="Authorization">The value of the header; null if there is none.</param>
/// <param name="Peer">The address that it comes from; needed only where there are issuers.</param>
/// <param name="Certificate">The certificate that its connection was accepted with; null if there is none, or nobody vouches for certificates.</param>
internal readonly record struct Proof(string? Authorization, IPAddress? Peer = null, ClientCertificate? Certificate = null);

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
    /// <summary>The kind of proof, as metrics name it.</summary>
    string Kind { get; }

    /// <summary>Who presents the key by these rules; null if it is no proof of this kind.</summary>
    ValueTask<Authentication?> AuthenticateAsync(AccessRules rules, PresentedKey key, CancellationToken cancellationToken);

    /// <summary>What is remembered of the key has turned out to be outdated.</summary>
    void Forget(PresentedKey key)
    {
    }

    /// <summary>Who presents it by other rules, as far as is known without asking anywhere. Fast, and safe under a lock.</summary>
    Authentication Recheck(AccessRules rules, Admission admission);
}

/// <summary>Knows the keys of the configuration.</summary>
internal sealed class KeyAuthenticator(KeyUses uses) : IAuthenticator
{
    public string Kind => "key";

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
    public string Kind => "bound_key";

    public ValueTask<Authentication?> AuthenticateAsync(AccessRules rules, PresentedKey key, CancellationToken cancellationToken) =>
        key.HasForm ? FindAsync(rules, key, cancellationToken) : default;

    public void Forget(PresentedKey key) => keys.Forget(key.Digest);

    public Authentication Recheck(AccessRules rules, Admission admission) => Of(rules, admission.Key, admission.Bound);

    private async ValueTask<Authentication?> FindAsync(AccessRules rules, PresentedKey key, CancellationToken cancellationToken)
    {
        var (identity, unknown) = await keys.FindAsync(key.Digest, cancellationToken);
        return unknown is not null ? Authentication.Denied(unknown) : identity is null ? null : Of(rules, key, identity);
    }

    private Authentication Of(AccessRules rules, PresentedKey key, BoundIdentity? identity) => rules.AuthenticateBound(identity) with { By = this, Key = key };
}

/// <summary>Knows the tokens of issuers. A token is verified when it is presented; asked again, it is judged by what it proved then.</summary>
internal sealed class TokenAuthenticator(TokenVerifier verifier, IdentityMetrics metrics) : IAuthenticator
{
    private static readonly Refusal Unavailable = new(
        RefusalReason.IssuerUnavailable,
        "The gateway cannot get the keys of the token's issuer, so it cannot check the token. Try again; gateway keys are not affected.");

    private static readonly Refusal Full = new(
        RefusalReason.Overloaded, "The gateway is checking too many tokens that it has not seen before. Try again.");

    private static readonly TokenDenial TooLong = TokenDenial.Malformed("it is longer than MaxTokenLength");

    private static readonly TokenDenial NotBound = new(RefusalReason.IdentityUnknown, "its issuer or its binding has changed while the request waited");

    public string Kind => "token";

    /// <summary>Who presents this token for the first time, or again.</summary>
    public ValueTask<Authentication> PresentAsync(
        AccessRules rules, TokenRules tokens, ReadOnlySpan<char> text, IPAddress? peer, CancellationToken cancellationToken)
    {
        var proved = ProveAsync(tokens, text, peer, cancellationToken);
        return proved.IsCompletedSuccessfully ? ValueTask.FromResult(Judge(rules, proved.Result)) : JudgeAsync(rules, proved);
    }

    /// <summary>What this token proves by these rules, which need not be those of callers.</summary>
    public ValueTask<TokenVerdict> ProveAsync(TokenRules tokens, ReadOnlySpan<char> text, IPAddress? peer, CancellationToken cancellationToken)
    {
        if (text.Length > tokens.Longest)
        {
            metrics.Count(Kind, null, "refused");
            return ValueTask.FromResult(new TokenVerdict(null, TooLong, null));
        }

        var digest = KeyDigest.OfToken(text);
        if (verifier.Find(tokens, digest) is not { } known)
        {
            return VerifyAsync(tokens, new PresentedToken(text), digest, peer, cancellationToken);
        }

        metrics.Count(Kind, known.Issuer.Name, "known");
        return ValueTask.FromResult(new TokenVerdict(known, null, known.Issuer.Name, digest));
    }

    /// <summary>What is answered to a token that proves nothing: the same as to a wrong key, unless it is worth trying again.</summary>
    public static Refusal Refuse(TokenDenial denial, Refusal wrongKey) =>
        (denial.Reason == RefusalReason.IssuerUnavailable ? Unavailable
        : denial.Reason == RefusalReason.Overloaded ? Full
        : wrongKey with { Reason = denial.Reason })
        with
        { Problem = denial.Problem };

    public ValueTask<Authentication?> AuthenticateAsync(AccessRules rules, PresentedKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(key.Token is { } token ? Again(rules, key, token) : (Authentication?)null);

    public Authentication Recheck(AccessRules rules, Admission admission) =>
        admission.Key.Token is { } token ? Again(rules, admission.Key, token) : Authentication.Denied(BearerKey.Invalid, admission.Key);

    private async ValueTask<TokenVerdict> VerifyAsync(
        TokenRules tokens, PresentedToken presented, KeyDigest digest, IPAddress? peer, CancellationToken cancellationToken)
    {
        var verdict = await verifier.VerifyAsync(tokens, presented, digest, peer, cancellationToken);
        metrics.Count(Kind, verdict.Issuer, verdict.Denial is null ? "verified" : "refused");
        return verdict with { Digest = digest };
    }

    private async ValueTask<Authentication> JudgeAsync(AccessRules rules, ValueTask<TokenVerdict> proved) => Judge(rules, await proved);

    private Authentication Judge(AccessRules rules, in TokenVerdict verdict)
    {
        PresentedKey? presented = verdict.Digest is { } digest ? new PresentedKey(digest, HasForm: false, verdict.Token) : null;
        return verdict.Denial is null && presented is { } key ? Known(rules, key)
            : Authentication.Denied(Refuse(verdict.Denial ?? NotBound, BearerKey.Invalid), presented);
    }

    private Authentication Again(AccessRules rules, PresentedKey key, VerifiedToken token) =>
        (verifier.WhyEnded(token) ?? (rules.Tokens?.StillBinds(token) == true ? null : NotBound)) is { } denial
            ? Authentication.Denied(Refuse(denial, BearerKey.Invalid), key)
            : Known(rules, key);

    private Authentication Known(AccessRules rules, PresentedKey key) => rules.AuthenticateNamed(key.Token?.Owner) with { By = this, Key = key };
}

/// <summary>
/// Knows certificates. One is accepted when its connection begins; it is judged for each request by the authorities and bindings of the moment.
/// </summary>
internal sealed class CertificateAuthenticator(ClientCertificates certificates, IdentityMetrics metrics) : IAuthenticator
{
    public string Kind => "certificate";

    /// <summary>Whose it is, or why nothing is accepted on its connection; neither if it names nobody, and so is mere transport.</summary>
    public Authentication? Present(AccessRules rules, ClientCertificate certificate) => Judge(rules, certificate, certificates.WhyEnded(certificate));

    public Authentication Count(in Authentication who)
    {
        metrics.Count(Kind, null, who.Refusal is null ? "known" : "refused");
        return who;
    }

    public ValueTask<Authentication?> AuthenticateAsync(AccessRules rules, PresentedKey key, CancellationToken cancellationToken) => new(
        key.Certificate is { } certificate ? Present(rules, certificate) ?? Denied(RefusalReason.IdentityUnknown, "it is bound to nobody", certificate) : null);

    public Authentication Recheck(AccessRules rules, Admission admission) =>
        RecheckOwner(rules, admission.Key) ?? Authentication.Denied(BearerKey.Invalid, admission.Key);

    /// <summary>What a key or a token proves together with the certificate that it came with: both must mean the same caller.</summary>
    public static Authentication Join(in Authentication who, in Authentication? owner) => owner switch
    {
        { Caller: null } => owner.Value,
        { } own when who.Refusal is null && own.Caller != who.Caller => Denied(
            RefusalReason.IdentityConflict, $"it is that of '{own.Caller}', the key or token that of '{who.Caller}'", own.Key?.Certificate),
        _ => who,
    };

    /// <summary>As <see cref="Present"/>, as far as is known without asking anywhere.</summary>
    public Authentication? RecheckOwner(AccessRules rules, PresentedKey key) =>
        key.Certificate is { } certificate ? Judge(rules, certificate, certificates.WhyKnownToHaveEnded(certificate)) : null;

    private Authentication? Judge(AccessRules rules, ClientCertificate certificate, string? ended)
    {
        if (ended is not null || rules.Certificates is not { } bound)
        {
            return Denied(RefusalReason.IdentityUnknown, ended ?? "nobody vouches for it any longer", certificate);
        }

        var owner = bound.OwnerOf(certificate.Names, out var second);
        return second is not null ? Denied(RefusalReason.IdentityAmbiguous, $"it means '{owner}' and '{second}'", certificate)
            : owner is null ? null
            : rules.AuthenticateNamed(owner) with { By = this, Key = KeyOf(certificate) };
    }

    private static Authentication Denied(RefusalReason reason, string problem, ClientCertificate? certificate) => Authentication.Denied(
        BearerKey.Invalid with { Reason = reason, Problem = $"the client certificate: {problem}" }, certificate is null ? null : KeyOf(certificate));

    private static PresentedKey KeyOf(ClientCertificate certificate) => new(certificate.Digest, HasForm: false, Certificate: certificate);
}

/// <summary>Knows a key or a token that came with a certificate: both must go on meaning the same caller.</summary>
internal sealed class JoinedAuthenticator(IAuthenticator bearer, CertificateAuthenticator certificates) : IAuthenticator
{
    public string Kind => bearer.Kind;

    public async ValueTask<Authentication?> AuthenticateAsync(AccessRules rules, PresentedKey key, CancellationToken cancellationToken) =>
        await bearer.AuthenticateAsync(rules, key, cancellationToken) is { } who && key.Certificate is { } certificate
            ? CertificateAuthenticator.Join(who, certificates.Present(rules, certificate))
            : null;

    public void Forget(PresentedKey key) => bearer.Forget(key);

    public Authentication Recheck(AccessRules rules, Admission admission) =>
        CertificateAuthenticator.Join(bearer.Recheck(rules, admission), certificates.RecheckOwner(rules, admission.Key));
}
