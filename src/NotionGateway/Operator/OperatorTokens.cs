using System.Net;
using NotionGateway.Access;
using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Keys;

namespace NotionGateway.Operator;

/// <summary>
/// Knows operators by tokens of the same issuers as callers, with an audience of their own: what a service sends with each request must not
/// administer the gateway.
/// </summary>
internal sealed class OperatorTokens
{
    private readonly TokenAuthenticator _tokens;
    private readonly TokenVerifier _verifier;
    private readonly Reloadable<TokenRules> _rules;

    public OperatorTokens(
        OperatorOptions options, Reloadable<AccessOptions> access, TokenAuthenticator tokens, TokenVerifier verifier, TimeProvider time)
    {
        (_tokens, _verifier) = (tokens, verifier);
        var issuers = access.Current.Issuers;
        _rules = access.Map(current => new TokenRules(
            [.. current.Issuers.Select(issuer => ForOperators(issuer, issuers, options)).OfType<IssuerOptions>()],
            options.Identities.Select(identity => (identity.Label, identity)),
            current.MaxTokenLength,
            time));
    }

    /// <summary>Who presents this token, or why it is rejected.</summary>
    public ValueTask<(Refusal? Refusal, OperatorIdentity? Who)> PresentAsync(ReadOnlySpan<char> text, IPAddress? peer, CancellationToken cancellationToken) =>
        JudgeAsync(_tokens.ProveAsync(_rules.Current, text, peer, cancellationToken));

    /// <summary>Who has proved to be an operator with a token of this digest, as long as it is remembered and holds.</summary>
    public OperatorIdentity? Find(KeyDigest key) => _verifier.Find(_rules.Current, key) is { } token ? Of(token, key) : null;

    /// <summary>
    /// Who operators are is of the start, and issuers can be reloaded: an issuer that means something else now, or callers that have got an audience of
    /// operators, must not make an operator of anybody.
    /// </summary>
    private static IssuerOptions? ForOperators(IssuerOptions issuer, IReadOnlyList<IssuerOptions> atStart, OperatorOptions options)
    {
        var audiences = options.Audiences.Except(issuer.Audiences, StringComparer.Ordinal).ToList();
        return audiences.Count > 0 && atStart.Any(issuer.IsNamedAs) ? issuer with { Audiences = audiences } : null;
    }

    private static async ValueTask<(Refusal? Refusal, OperatorIdentity? Who)> JudgeAsync(ValueTask<TokenVerdict> proved)
    {
        var verdict = await proved;
        return verdict is { Token: { } token, Digest: { } key }
            ? (null, Of(token, key))
            : (verdict.Denial is { } denial ? TokenAuthenticator.Refuse(denial, OperatorKeys.Invalid) : OperatorKeys.Invalid, null);
    }

    private static OperatorIdentity Of(VerifiedToken token, KeyDigest key) => new(token.Name, key, MayChange: !token.Identity.IsViewer);
}

/// <summary>All that operators can present: a key, or where there are identities, a token. What has the form of a token is never tried as a key.</summary>
internal sealed class OperatorProofs(OperatorKeys keys, OperatorTokens? tokens = null)
{
    /// <summary>Who presents this Authorization value, or why it is rejected.</summary>
    public ValueTask<(Refusal? Refusal, OperatorIdentity? Who)> AuthenticateAsync(
        string? authorization, IPAddress? peer, CancellationToken cancellationToken)
    {
        if (tokens is not null && BearerKey.IsToken(authorization, out var text))
        {
            return tokens.PresentAsync(text, peer, cancellationToken);
        }

        var refusal = keys.Authenticate(authorization, out var who);
        return ValueTask.FromResult((refusal, who));
    }

    /// <summary>Whether what has this digest is an operator's now; null if not.</summary>
    public OperatorIdentity? Find(KeyDigest key) => keys.TryFind(key, out var who) ? who : tokens?.Find(key);
}
