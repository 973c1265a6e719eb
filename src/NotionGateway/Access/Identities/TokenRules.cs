using System.Collections.Frozen;
using NotionGateway.Access.Identities.Keys;

namespace NotionGateway.Access.Identities;

/// <summary>
/// Which issuer a token belongs to and whose identity it proves, by one version of the settings, and what has been verified under that version: a
/// reload begins with nothing, so no token outlives the binding that let it in.
/// </summary>
internal sealed class TokenRules
{
    public const int MostVerified = 10_000;

    private const string Spiffe = "spiffe://";

    /// <summary>After this a token is verified again, though it has not expired.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly FrozenDictionary<string, IssuerOptions> _byValue;
    private readonly FrozenDictionary<string, IssuerOptions> _byTrustDomain;
    private readonly FrozenDictionary<string, IssuerOptions> _byName;
    private readonly FrozenDictionary<string, (string Owner, IdentityOptions Identity)[]> _identities;

    public TokenRules(
        IReadOnlyList<IssuerOptions> issuers, IEnumerable<(string Owner, IdentityOptions Identity)> identities, int longest, TimeProvider time)
    {
        Longest = longest;
        InCluster = [.. issuers.Where(issuer => issuer.Place.InCluster)];
        Verified = new BoundedCache<KeyDigest, VerifiedToken>(MostVerified, Kept, time);
        _byName = issuers.ToFrozenDictionary(issuer => issuer.Name, StringComparer.Ordinal);
        _byValue = issuers.SelectMany(issuer => issuer.Values.Select(value => (value, issuer)))
            .ToFrozenDictionary(pair => pair.value, pair => pair.issuer, StringComparer.Ordinal);
        _byTrustDomain = issuers.Where(issuer => issuer.TrustDomain is not null)
            .ToFrozenDictionary(issuer => issuer.TrustDomain ?? "", StringComparer.Ordinal);
        _identities = identities.Where(bound => bound.Identity.Issuer is not null).GroupBy(bound => bound.Identity.Issuer ?? "", StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The longest token that is looked at.</summary>
    public int Longest { get; }

    /// <summary>Tokens that have proved whose they are, by their digests.</summary>
    public BoundedCache<KeyDigest, VerifiedToken> Verified { get; }

    /// <summary>Issuers whose value of <c>iss</c> is learned with their keys.</summary>
    public IReadOnlyList<IssuerOptions> InCluster { get; }

    /// <summary>The issuer that the token claims to be from: by <c>iss</c>, or where it has none, by the trust domain of <c>sub</c>.</summary>
    public IssuerOptions? IssuerOf(UnverifiedToken token)
    {
        var domain = TrustDomainOf(token.Subject);
        if (token.Issuer is null)
        {
            return domain is null ? null : _byTrustDomain.GetValueOrDefault(domain);
        }

        // One issuer must not name subjects of a trust domain that is not its own.
        return _byValue.GetValueOrDefault(token.Issuer) is { } issuer && (issuer.TrustDomain is null || issuer.TrustDomain == domain) ? issuer : null;
    }

    /// <summary>Whose identity the claims prove: exactly one owner's.</summary>
    public TokenDenial? Bind(UnverifiedToken token, IssuerOptions issuer, out string owner, out IdentityOptions? identity)
    {
        (owner, identity) = ("", null);
        var subject = TokenDenial.Quote(token.Subject);
        foreach (var (name, bound) in _identities.GetValueOrDefault(issuer.Name) ?? [])
        {
            if (!bound.Matches(token.Subject, token.Claims))
            {
                continue;
            }

            if (identity is not null && owner != name)
            {
                return new TokenDenial(RefusalReason.IdentityAmbiguous, $"sub {subject} means '{owner}' and '{name}'");
            }

            (owner, identity) = (name, identity ?? bound);
        }

        return identity is null ? new TokenDenial(RefusalReason.IdentityUnknown, $"sub {subject} is bound to nobody") : null;
    }

    /// <summary>Whether what was verified by another version of the settings would be accepted by this one: the same issuer and the same binding.</summary>
    public bool StillBinds(VerifiedToken token) =>
        _byName.GetValueOrDefault(token.Issuer.Name)?.Canonical == token.Issuer.Canonical
        && (_identities.GetValueOrDefault(token.Issuer.Name) ?? [])
            .Any(bound => bound.Owner == token.Owner && bound.Identity.Canonical == token.Identity.Canonical);

    private static string? TrustDomainOf(string subject) =>
        subject.StartsWith(Spiffe, StringComparison.Ordinal) && subject.IndexOf('/', Spiffe.Length) is var end and > 0 ? subject[Spiffe.Length..end] : null;
}
