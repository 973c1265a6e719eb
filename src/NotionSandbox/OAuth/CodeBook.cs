using NotionSandbox.Ids;
using NotionSandbox.Responses;

namespace NotionSandbox.OAuth;

/// <summary>All codes that were ever issued, and the rules under which one is taken.</summary>
internal sealed class CodeBook(IdMint ids, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, AuthorizationCode> _codes = new(StringComparer.Ordinal);

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _codes.Keys];
            }
        }
    }

    public string Issue(OAuthApp app, Consenter by, string? redirectUri, TimeSpan lifetime)
    {
        var code = new AuthorizationCode(ids.Next(), app, by, redirectUri, time.GetUtcNow() + lifetime);
        lock (_gate)
        {
            _codes.Add(code.Text, code);
        }

        return code.Text;
    }

    /// <summary>Takes a code; it is used up only when everything about it is right.</summary>
    public AuthorizationCode Take(OAuthApp app, string text, string? redirectUri)
    {
        lock (_gate)
        {
            if (!_codes.TryGetValue(text, out var code) || code.App != app || code.IsUsed || time.GetUtcNow() >= code.Expires)
            {
                throw new Refusal(OAuthErrors.InvalidGrant, "Invalid code.");
            }

            CheckRedirectUri(code, redirectUri);
            code.IsUsed = true;
            return code;
        }
    }

    private static void CheckRedirectUri(AuthorizationCode code, string? redirectUri)
    {
        if (code.RedirectUri is null && redirectUri is not null)
        {
            throw new Refusal(OAuthErrors.InvalidRequest, "redirect_uri should not be given, because the authorization request had none.");
        }

        if (code.RedirectUri is not null && redirectUri is null)
        {
            throw new Refusal(OAuthErrors.InvalidRequest, "redirect_uri is missing.");
        }

        if (code.RedirectUri != redirectUri)
        {
            throw new Refusal(OAuthErrors.InvalidGrant, "redirect_uri is not the one of the authorization request.");
        }
    }
}
