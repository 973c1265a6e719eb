using NotionSandbox.Connections;

namespace NotionSandbox.OAuth;

/// <summary>All grants and their tokens, and the rules by which tokens follow and end one another.</summary>
internal sealed class TokenBook(ConnectionRegistry connections, TokenMint mint, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, IssuedToken> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<(OAuthApp App, string Consenter), OAuthGrant> _grants = [];

    public IReadOnlyList<OAuthGrant> Grants => Read(() => _grants.Values.OrderBy(grant => grant.BotId, StringComparer.Ordinal).ToList());

    /// <summary>Every token that was ever handed out, the dead ones too.</summary>
    public IReadOnlyList<string> All => Read(() => _tokens.Keys.ToList());

    /// <summary>A first pair, after a person consented.</summary>
    public TokenPair Open(OAuthApp app, Consenter by, OAuthBehaviour behaviour)
    {
        lock (_gate)
        {
            var access = mint.Next();
            if (_grants.TryGetValue((app, by.Key), out var grant))
            {
                Supersede(grant, behaviour);
                grant.Connection.Issue(access, Expiry(app));
            }
            else
            {
                grant = new OAuthGrant(app, by.Person, connections.Add(Settings(app, by, access)));
                _grants.Add((app, by.Key), grant);
            }

            var family = new TokenFamily(grant);
            grant.Families.Add(family);
            Note(family, access, isAccess: true);
            return new TokenPair(grant, access, behaviour.GivesRefreshTokens ? NewRefresh(family) : null);
        }
    }

    /// <summary>The next pair; null when the refresh token is not to be taken.</summary>
    public TokenPair? Refresh(OAuthApp app, string text, OAuthBehaviour behaviour)
    {
        lock (_gate)
        {
            if (Own(app, text) is not { IsAccess: false } token)
            {
                return null;
            }

            if (token.IsSpent && behaviour.ReuseRevokesFamily)
            {
                End(token.Family);
            }

            if (token.IsSpent || token.IsRevoked)
            {
                return null;
            }

            var grant = token.Family.Grant;
            token.IsSpent = behaviour.GivesRefreshTokens;
            if (behaviour.AccessTokenAtRefresh == OldToken.DiesAtOnce)
            {
                EndAccess(token.Family);
            }

            var access = grant.Connection.Issue(mint.Next(), Expiry(app));
            Note(token.Family, access, isAccess: true);
            return new TokenPair(grant, access, behaviour.GivesRefreshTokens ? NewRefresh(token.Family) : null);
        }
    }

    /// <summary>The token, if it is that app's and works.</summary>
    public IssuedToken? FindLive(OAuthApp app, string text) => Read(() => Own(app, text) is { } token && IsLive(token) ? token : null);

    /// <summary>Ends every token of the same consent; says whether the token was the app's.</summary>
    public bool Revoke(OAuthApp app, string text)
    {
        lock (_gate)
        {
            if (Own(app, text) is not { } token)
            {
                return false;
            }

            End(token.Family);
            return true;
        }
    }

    /// <summary>Ends everything, as when the person takes the connection out of the workspace.</summary>
    public void Revoke(OAuthGrant grant)
    {
        lock (_gate)
        {
            grant.Families.ForEach(End);
        }
    }

    /// <summary>Access tokens die now, as if their time were over; says how many did.</summary>
    public int ExpireAccess(Func<IssuedToken, bool> which)
    {
        lock (_gate)
        {
            var dying = _tokens.Values.Where(token => token.IsAccess && connections.IsLive(token.Text) && which(token)).ToList();
            dying.ForEach(token => connections.Revoke(token.Text));
            return dying.Count;
        }
    }

    private bool IsLive(IssuedToken token) => token.IsAccess ? connections.IsLive(token.Text) : token is { IsSpent: false, IsRevoked: false };

    private IssuedToken? Own(OAuthApp app, string text) =>
        _tokens.GetValueOrDefault(text) is { } token && token.Family.Grant.App == app ? token : null;

    private void Supersede(OAuthGrant grant, OAuthBehaviour behaviour)
    {
        foreach (var family in grant.Families)
        {
            if (behaviour.AccessTokenAtReconnect == OldToken.DiesAtOnce)
            {
                EndAccess(family);
            }

            if (behaviour.RefreshTokenAtReconnect == OldToken.DiesAtOnce)
            {
                EndRefresh(family);
            }
        }
    }

    private void End(TokenFamily family)
    {
        EndAccess(family);
        EndRefresh(family);
    }

    private void EndAccess(TokenFamily family)
    {
        foreach (var token in family.Access)
        {
            connections.Revoke(token.Text);
        }
    }

    private static void EndRefresh(TokenFamily family)
    {
        foreach (var token in family.Refresh)
        {
            token.IsRevoked = true;
        }
    }

    private string NewRefresh(TokenFamily family)
    {
        var text = mint.NextRefresh();
        Note(family, text, isAccess: false);
        return text;
    }

    private void Note(TokenFamily family, string text, bool isAccess)
    {
        var token = new IssuedToken(text, family, isAccess, time.GetUtcNow());
        family.Tokens.Add(token);
        _tokens.Add(text, token);
    }

    private ConnectionSettings Settings(OAuthApp app, Consenter by, string access) => new($"{app.Name}: {by.Person.Email} in {by.Workspace.Name}")
    {
        BotName = app.Name,
        Owner = by.Person,
        Token = access,
        TokenExpires = Expiry(app),
        Workspace = by.Workspace.Name,
        Capabilities = app.Capabilities,
        Limit = app.Limit,
    };

    private DateTimeOffset? Expiry(OAuthApp app) => time.GetUtcNow() + app.TokenLifetime;

    private T Read<T>(Func<T> ask)
    {
        lock (_gate)
        {
            return ask();
        }
    }
}
