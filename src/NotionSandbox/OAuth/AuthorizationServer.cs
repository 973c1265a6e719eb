using NotionSandbox.Connections;
using NotionSandbox.Ids;
using NotionSandbox.Requests;

namespace NotionSandbox.OAuth;

/// <summary>Notion's side of OAuth: registered apps, people who consent, and the resulting tokens.</summary>
internal sealed class AuthorizationServer
{
    /// <param name="connections">Where the bots of grants are added.</param>
    /// <param name="consenters">Who may consent, and to which workspace.</param>
    /// <param name="ids">Ids of apps, and codes.</param>
    /// <param name="random">Where tokens and secrets come from.</param>
    /// <param name="time">The clock of codes and tokens.</param>
    public AuthorizationServer(ConnectionRegistry connections, Consenters consenters, IdMint ids, Random random, TimeProvider time)
    {
        var mint = new TokenMint(random);
        Apps = new OAuthApps(mint, ids);
        Consenters = consenters;
        Codes = new CodeBook(ids, time);
        Tokens = new TokenBook(connections, mint, time);
    }

    /// <summary>May be set at any time, and counts from the next call on.</summary>
    public OAuthBehaviour Behaviour { get; set; } = new();

    public OAuthApps Apps { get; }

    public Consenters Consenters { get; }

    public CodeBook Codes { get; }

    public TokenBook Tokens { get; }

    public OAuthCalls Calls { get; } = new();

    public IReadOnlyList<OAuthGrant> Grants => Tokens.Grants;

    /// <summary>Every client secret, code, access token and refresh token that ever existed: nobody but their owner may have them.</summary>
    public IReadOnlyList<string> Secrets => [.. Apps.SelectMany(app => app.AllSecrets), .. Codes.All, .. Tokens.All];

    /// <summary>Consent without a browser: the code that it would have carried back.</summary>
    /// <param name="app">The first one when absent.</param>
    /// <param name="redirectUri">As the authorize URL would have had it; absent when it would have left it out.</param>
    /// <param name="by">Who consents; the first person when absent.</param>
    public string Consent(OAuthApp? app = null, string? redirectUri = null, Consenter? by = null) =>
        Codes.Issue(app ?? Apps.First(), by ?? Consenters.Find(), redirectUri, Behaviour.CodeLifetime);

    /// <summary>Does with an authorize URL what a person who allows access would do; returns the address that the browser is sent back to.</summary>
    public string Allow(string authorizeUrl, Consenter? by = null)
    {
        var request = Read(authorizeUrl);
        return request.Error is { } error ? request.WithError(error) : request.WithCode(IssueCode(request, by ?? Consenters.Find()));
    }

    /// <summary>The same for a person who cancels.</summary>
    public string Cancel(string authorizeUrl)
    {
        var request = Read(authorizeUrl);
        return request.WithError(request.Error ?? "access_denied");
    }

    /// <summary>All access tokens of all grants die now, as if their time were over; says how many.</summary>
    public int ExpireAccessTokens() => Tokens.ExpireAccess(_ => true);

    public int ExpireAccessTokens(OAuthGrant grant) => Tokens.ExpireAccess(token => token.Family.Grant == grant);

    public bool ExpireAccessToken(string token) => Tokens.ExpireAccess(issued => issued.Text == token) > 0;

    /// <summary>Every token of the grant ends, as when the person takes the connection out of the workspace.</summary>
    public void Revoke(OAuthGrant grant) => Tokens.Revoke(grant);

    public OAuthGrant Grant(string botId) =>
        Grants.FirstOrDefault(grant => grant.BotId == botId) ?? throw new KeyNotFoundException($"No grant has the bot {botId}.");

    public string IssueCode(AuthorizeRequest request, Consenter by) => Codes.Issue(request.App, by, request.NamedRedirectUri, Behaviour.CodeLifetime);

    private AuthorizeRequest Read(string authorizeUrl)
    {
        var (request, problem) = AuthorizeRequest.Read(new RequestTarget(authorizeUrl).Query, Apps);
        return request ?? throw new ArgumentException(problem, nameof(authorizeUrl));
    }
}
