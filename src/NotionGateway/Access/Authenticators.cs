using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Certificates;

namespace NotionGateway.Access;

/// <summary>
/// All kinds of proof. What has the form of a token is tried as a token only, where there are issuers; everything else is tried as a key, in the
/// order of the authenticators: the first that knows it decides. A certificate must agree with what is presented beside it, and serves alone.
/// </summary>
internal sealed class Authenticators(
    IEnumerable<IAuthenticator> all, TokenAuthenticator tokens, CertificateAuthenticator certificates, IdentityMetrics metrics)
{
    private readonly IAuthenticator[] _all = [.. all];

    /// <summary>Who presents this proof.</summary>
    public ValueTask<Authentication> AuthenticateAsync(AccessRules rules, in Proof proof, CancellationToken cancellationToken)
    {
        if (proof.Certificate is not { } certificate)
        {
            return AuthenticateBearerAsync(rules, proof, cancellationToken);
        }

        var owner = certificates.Present(rules, certificate);
        return owner is { Caller: null } denied
            ? ValueTask.FromResult(certificates.Count(denied))
            : JoinAsync(certificate, owner, AuthenticateBearerAsync(rules, proof, cancellationToken));
    }

    /// <summary>
    /// Who presents this secret beside a name, and not as a bearer: a key of the configuration, or a token. A key that stands for a grant opens that
    /// grant and nothing else.
    /// </summary>
    public ValueTask<Authentication> AuthenticateSecretAsync(
        AccessRules rules, ReadOnlySpan<char> secret, in Proof beside, CancellationToken cancellationToken)
    {
        var owner = beside.Certificate is null ? null : certificates.Present(rules, beside.Certificate);
        if (owner is { Caller: null } denied)
        {
            return ValueTask.FromResult(certificates.Count(denied));
        }

        var who = rules.Tokens is { } issued && TokenForm.HasForm(secret)
            ? tokens.PresentAsync(rules, issued, secret, beside.Peer, cancellationToken)
            : ValueTask.FromResult(FindConfigured(rules, secret));
        return beside.Certificate is null ? who : JoinAsync(beside.Certificate, owner, who);
    }

    private static Authentication FindConfigured(AccessRules rules, ReadOnlySpan<char> secret)
    {
        if (secret.Length > KeyDigest.LongestKey)
        {
            return Authentication.Denied(BearerKey.Invalid);
        }

        var key = KeyDigest.Of(secret);
        return rules.Authenticate(key) with { Key = new PresentedKey(key, HasForm: false) };
    }

    /// <summary>A bearer of nothing has the certificate's caller; any other proves its own, which must be the same one.</summary>
    private async ValueTask<Authentication> JoinAsync(ClientCertificate certificate, Authentication? owner, ValueTask<Authentication> bearer)
    {
        var who = await bearer;
        if (ReferenceEquals(who.Refusal, BearerKey.Missing) && owner is { } alone)
        {
            return certificates.Count(alone);
        }

        var joined = CertificateAuthenticator.Join(who, owner);
        if (joined.Refusal is not null && who.Refusal is null)
        {
            return certificates.Count(joined);
        }

        return joined is { Refusal: null, By: { } by, Key: { } key }
            ? joined with { By = new JoinedAuthenticator(by, certificates), Key = key with { Certificate = certificate } }
            : joined;
    }

    private ValueTask<Authentication> AuthenticateBearerAsync(AccessRules rules, in Proof proof, CancellationToken cancellationToken)
    {
        var noKey = BearerKey.TryRead(proof.Authorization, out var text);
        if (rules.Tokens is not { } issued)
        {
            return AuthenticateKeyAsync(rules, noKey, text, cancellationToken);
        }

        if (noKey is not null && noKey != BearerKey.TooLong)
        {
            return CountAsync(AuthenticateKeyAsync(rules, noKey, text, cancellationToken));
        }

        return TokenForm.HasForm(text)
            ? tokens.PresentAsync(rules, issued, text, proof.Peer, cancellationToken)
            : CountAsync(AuthenticateKeyAsync(rules, TokenForm.Begins(text) && noKey is not null ? BearerKey.Invalid : noKey, text, cancellationToken));
    }

    private ValueTask<Authentication> AuthenticateKeyAsync(
        AccessRules rules, Refusal? noKey, ReadOnlySpan<char> text, CancellationToken cancellationToken)
    {
        if (noKey is not null)
        {
            var isKey = !text.IsEmpty && text.Length <= KeyDigest.LongestKey;
            return ValueTask.FromResult(Authentication.Denied(noKey, isKey ? new PresentedKey(KeyDigest.Of(text), HasForm: false) : null));
        }

        var key = new PresentedKey(KeyDigest.Of(text), GatewayKey.HasForm(text));
        return FindAsync(rules, key, BearerKey.NotFound(text), cancellationToken);
    }

    private async ValueTask<Authentication> FindAsync(AccessRules rules, PresentedKey key, Refusal notFound, CancellationToken cancellationToken)
    {
        foreach (var one in _all)
        {
            if (await one.AuthenticateAsync(rules, key, cancellationToken) is { } known)
            {
                return known.Refusal is null ? known : Fit(known, key, notFound);
            }
        }

        return Authentication.Denied(notFound, key);
    }

    private async ValueTask<Authentication> CountAsync(ValueTask<Authentication> asked)
    {
        var who = await asked;
        metrics.Count(who.By?.Kind ?? "key", null, who.Refusal is null ? "known" : "refused");
        return who;
    }

    /// <summary>A disabled caller gets the same message as one whose key is unknown.</summary>
    private static Authentication Fit(Authentication known, PresentedKey key, Refusal notFound) =>
        known is { Refusal: { } refusal, Caller: not null }
            ? known with { Key = key, Refusal = refusal with { Message = notFound.Message } }
            : known with { Key = key };
}
