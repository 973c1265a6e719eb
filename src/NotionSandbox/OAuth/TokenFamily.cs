namespace NotionSandbox.OAuth;

/// <summary>All tokens that came from one consent, by the exchange of its code and by every refresh since.</summary>
internal sealed class TokenFamily(OAuthGrant grant)
{
    public OAuthGrant Grant => grant;

    public List<IssuedToken> Tokens { get; } = [];

    public IEnumerable<IssuedToken> Access => Tokens.Where(token => token.IsAccess);

    public IEnumerable<IssuedToken> Refresh => Tokens.Where(token => !token.IsAccess);
}
