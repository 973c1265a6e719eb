namespace NotionGateway.Access;

/// <summary>All kinds of proof, in the order in which they are tried. The first that knows the proof decides.</summary>
internal sealed class Authenticators(IEnumerable<IAuthenticator> all)
{
    private readonly IAuthenticator[] _all = [.. all];

    /// <summary>Who presents this Authorization value.</summary>
    public ValueTask<Authentication> AuthenticateAsync(AccessRules rules, string? authorization, CancellationToken cancellationToken)
    {
        if (BearerKey.TryRead(authorization, out var text) is { } noKey)
        {
            return ValueTask.FromResult(Authentication.Denied(noKey));
        }

        var key = new PresentedKey(KeyDigest.Of(text), GatewayKey.HasForm(text));
        for (var next = 0; next < _all.Length; next++)
        {
            var asking = _all[next].AuthenticateAsync(rules, key, cancellationToken);
            if (!asking.IsCompletedSuccessfully)
            {
                return GoOnAsync(asking, next + 1, rules, key, BearerKey.NotFound(text), cancellationToken);
            }

            if (asking.Result is { } known)
            {
                return ValueTask.FromResult(known.Refusal is null ? known : Fit(known, BearerKey.NotFound(text)));
            }
        }

        return ValueTask.FromResult(Authentication.Denied(BearerKey.NotFound(text)));
    }

    private async ValueTask<Authentication> GoOnAsync(
        ValueTask<Authentication?> asking, int next, AccessRules rules, PresentedKey key, Refusal notFound, CancellationToken cancellationToken)
    {
        var known = await asking;
        for (; known is null && next < _all.Length; next++)
        {
            known = await _all[next].AuthenticateAsync(rules, key, cancellationToken);
        }

        return known is { } found ? Fit(found, notFound) : Authentication.Denied(notFound);
    }

    /// <summary>A disabled caller gets the same message as one whose key is unknown.</summary>
    private static Authentication Fit(Authentication known, Refusal notFound) =>
        known is { Refusal: { } refusal, Caller: not null } ? known with { Refusal = refusal with { Message = notFound.Message } } : known;
}
