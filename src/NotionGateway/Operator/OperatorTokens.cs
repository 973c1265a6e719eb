using System.Net;
using NotionGateway.Access;
using NotionGateway.Access.Identities;

namespace NotionGateway.Operator;

/// <summary>
/// Knows operators by tokens of the same issuers as callers, with an audience of their own: what a service sends with each request must not
/// administer the gateway.
/// </summary>
internal sealed class OperatorTokens(
    OperatorOptions options, Reloadable<AccessOptions> access, TokenAuthenticator tokens, TokenVerifier verifier, TimeProvider time)
{
    private readonly Reloadable<TokenRules> _rules = access.Map(current => new TokenRules(
        [.. current.Issuers.Select(issuer => issuer with { Audiences = options.Audiences })],
        options.Identities.Select(identity => (identity.Label, identity)),
        current.MaxTokenLength,
        time));

    /// <summary>Who presents this token, or why it is rejected.</summary>
    public ValueTask<(Refusal? Refusal, OperatorIdentity? Who)> PresentAsync(ReadOnlySpan<char> text, IPAddress? peer, CancellationToken cancellationToken) =>
        JudgeAsync(tokens.ProveAsync(_rules.Current, text, peer, cancellationToken));

    /// <summary>Who has proved to be an operator with a token of this digest, as long as it is remembered and holds.</summary>
    public OperatorIdentity? Find(KeyDigest key) => verifier.Find(_rules.Current, key) is { } token ? Of(token, key) : null;

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
