namespace NotionGateway.Access;

/// <summary>All kinds of proof, in the order in which they are tried. The first that knows the proof decides.</summary>
internal sealed class Authenticators(IEnumerable<IAuthenticator> all)
{
    private readonly IAuthenticator[] _all = [.. all];

    /// <summary>Who presents this Authorization value.</summary>
    public async ValueTask<Authentication> AuthenticateAsync(AccessRules rules, string? authorization, CancellationToken cancellationToken)
    {
        if (BearerKey.TryRead(authorization, out var text) is { } noKey)
        {
            var isKey = !text.IsEmpty && text.Length <= KeyDigest.LongestKey;
            return Authentication.Denied(noKey, isKey ? new PresentedKey(KeyDigest.Of(text), HasForm: false) : null);
        }

        var key = new PresentedKey(KeyDigest.Of(text), GatewayKey.HasForm(text));
        var notFound = BearerKey.NotFound(text);
        foreach (var one in _all)
        {
            if (await one.AuthenticateAsync(rules, key, cancellationToken) is { } known)
            {
                return known.Refusal is null ? known : Fit(known, key, notFound);
            }
        }

        return Authentication.Denied(notFound, key);
    }

    /// <summary>A disabled caller gets the same message as one whose key is unknown.</summary>
    private static Authentication Fit(Authentication known, PresentedKey key, Refusal notFound) =>
        known is { Refusal: { } refusal, Caller: not null }
            ? known with { Key = key, Refusal = refusal with { Message = notFound.Message } }
            : known with { Key = key };
}
