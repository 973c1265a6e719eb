using System.Net;
using NotionGateway.Access.Identities.Keys;

namespace NotionGateway.Access.Identities;

/// <summary>What became of a token.</summary>
/// <param name="Token">What it has proved; null if nothing.</param>
/// <param name="Denial">Why not; null if it has.</param>
/// <param name="Issuer">The name of its issuer, as far as that is one of the settings.</param>
/// <param name="Digest">What it is remembered by; null if it was not looked at.</param>
internal readonly record struct TokenVerdict(VerifiedToken? Token, TokenDenial? Denial, string? Issuer, KeyDigest? Digest = null);

/// <summary>
/// Verifies tokens, in one order: form, issuer, key, signature, terms, binding. Only a token that gets as far as a signature costs much, and those
/// pass the <see cref="StrangersGate"/>.
/// </summary>
internal sealed class TokenVerifier(Issuers issuers, StrangersGate gate, TimeProvider time)
{
    private static readonly TokenDenial Expired = new(RefusalReason.TokenExpired, "it has expired since it was verified");

    private static readonly TokenDenial Unavailable = new(RefusalReason.IssuerUnavailable, "its keys have never been read, or are too old");

    private static readonly TokenDenial CannotRead = new(RefusalReason.IssuerUnavailable, "its key is unknown, and the keys cannot be read at the moment");

    private static readonly TokenDenial NotLearned = new(
        RefusalReason.IssuerUnavailable, "iss is not configured, and what the cluster's own is has not been read yet");

    private static readonly TokenDenial Full = new(RefusalReason.Overloaded, "too many unknown tokens are being checked");

    /// <summary>Who it is, if the token has been verified before and nothing of that has ended. Asks nobody, and allocates nothing.</summary>
    public VerifiedToken? Find(TokenRules rules, KeyDigest digest)
    {
        if (!rules.Verified.TryGet(digest, out var token))
        {
            return null;
        }

        if (WhyEnded(token) is not { } ended)
        {
            return token;
        }

        // One that has expired is kept: a caller that presents it again is known, and only has to read its newer token.
        token.HasExpired = ended.Reason == RefusalReason.TokenExpired;
        if (!token.HasExpired)
        {
            rules.Verified.Remove(digest);
        }

        return null;
    }

    public async ValueTask<TokenVerdict> VerifyAsync(
        TokenRules rules, PresentedToken token, KeyDigest digest, IPAddress? peer, CancellationToken cancellationToken)
    {
        // Nothing has to be checked for that, so it does not count as a failure of the caller's address.
        if (rules.Verified.TryGet(digest, out var known) && known.HasExpired)
        {
            return Denied(known.Issuer, Expired);
        }

        if (TokenFront.Read(token.Text, out var said) is { } malformed)
        {
            return new TokenVerdict(null, malformed, null);
        }

        if (said is null || (rules.IssuerOf(said) ?? LearnedIssuerOf(rules, said)) is not { } issuer)
        {
            return said?.Issuer is not null && rules.InCluster.FirstOrDefault(one => issuers.Find(one)?.LearnedIssuer is null) is { } unknown
                ? Denied(unknown, NotLearned)
                : new TokenVerdict(null, new TokenDenial(RefusalReason.TokenIssuer, "iss, or the trust domain of sub, is not configured"), null);
        }

        if (!issuer.Algorithms.Contains(said.Algorithm, StringComparer.Ordinal))
        {
            return Denied(issuer, new TokenDenial(RefusalReason.TokenAlgorithm, $"{said.Algorithm} is not among its Algorithms"));
        }

        var (key, denial) = await FindKeyAsync(issuer, said, cancellationToken);
        if (key is null)
        {
            return Denied(issuer, denial ?? Unavailable);
        }

        if (await gate.EnterAsync(peer, cancellationToken) is not { } pass)
        {
            return Denied(issuer, Full);
        }

        VerifiedToken? verified = null;
        try
        {
            denial = await SignatureCheck.RunAsync(token, said, issuer, key)
                ?? TokenTerms.Check(said, issuer, time.GetUtcNow())
                ?? Bind(rules, said, issuer, key, out verified);
        }
        finally
        {
            pass.Leave(failed: verified is null);
        }

        if (verified is null)
        {
            return Denied(issuer, denial ?? Unavailable);
        }

        rules.Verified.Set(digest, verified);
        return new TokenVerdict(verified, null, issuer.Name);
    }

    /// <summary>Why something that was proved is not any longer, without asking anybody; null if it still is.</summary>
    public TokenDenial? WhyEnded(VerifiedToken token) =>
        token.HasExpired || TokenTerms.Seconds(time.GetUtcNow()) >= token.End ? Expired
        : issuers.Find(token.Issuer)?.Usable is not { } keys ? Unavailable
        : !keys.Has(token.Key) ? new TokenDenial(RefusalReason.TokenKey, "its key has been removed by the issuer")
        : null;

    private IssuerOptions? LearnedIssuerOf(TokenRules rules, UnverifiedToken said)
    {
        foreach (var issuer in rules.InCluster)
        {
            if (said.Issuer is not null && issuers.Find(issuer)?.LearnedIssuer == said.Issuer)
            {
                return issuer;
            }
        }

        return null;
    }

    private async ValueTask<(SigningKey? Key, TokenDenial? Denial)> FindKeyAsync(
        IssuerOptions issuer, UnverifiedToken said, CancellationToken cancellationToken)
    {
        if (issuers.Find(issuer) is not { Usable: { } set } keys)
        {
            return (null, Unavailable);
        }

        if (said.KeyId is { } id && !set.HasId(id))
        {
            // A good token that is the first after a rotation must not be called wrong only because the issuer answers late.
            if (await keys.SeekAsync(cancellationToken) is null)
            {
                return (null, CannotRead);
            }

            set = keys.Usable ?? set;
        }

        return set.Find(said.KeyId, said.Algorithm) is { } key ? (key, null) : (null, WhyNoKey(set, said));
    }

    private static TokenDenial WhyNoKey(KeySet set, UnverifiedToken said) =>
        said.KeyId is null ? new TokenDenial(RefusalReason.TokenKey, "it names no key, and not exactly one fits")
        : !set.HasId(said.KeyId) ? new TokenDenial(RefusalReason.TokenKey, "it names a key that the issuer does not publish")
        : set.Keys.Any(key => key.Id == said.KeyId && key.IsOfKind(said.Algorithm))
            ? new TokenDenial(RefusalReason.TokenKey, $"its key does not fit {said.Algorithm}")
        : new TokenDenial(RefusalReason.TokenAlgorithm, $"its key is not for {said.Algorithm}");

    private static TokenDenial? Bind(TokenRules rules, UnverifiedToken said, IssuerOptions issuer, SigningKey key, out VerifiedToken? verified)
    {
        var denial = rules.Bind(said, issuer, out var owner, out var identity);
        verified = identity is null || denial is not null
            ? null
            : new VerifiedToken(owner, identity, issuer, key, TokenTerms.EndOf(said, issuer), said.Subject);
        return denial;
    }

    private static TokenVerdict Denied(IssuerOptions issuer, TokenDenial denial) =>
        new(null, denial with { Problem = $"issuer {issuer.Name}: {denial.Problem}" }, issuer.Name);
}
