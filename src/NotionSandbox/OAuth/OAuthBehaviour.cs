using NotionSandbox.Connections;

namespace NotionSandbox.OAuth;

/// <summary>How the sandbox decides what Notion does not document, or does in more than one way.</summary>
internal sealed record OAuthBehaviour
{
    public ErrorDialect ErrorDialect { get; init; } = ErrorDialect.Rfc6749;

    /// <summary>When not, <c>refresh_token</c> is null, and a refresh leaves the refresh token as it was.</summary>
    public bool GivesRefreshTokens { get; init; } = true;

    /// <summary>Whether a refresh token that was used already ends every token that came from the same consent.</summary>
    public bool ReuseRevokesFamily { get; init; } = true;

    public OldToken AccessTokenAtRefresh { get; init; } = OldToken.DiesAtOnce;

    /// <summary>What becomes of earlier access tokens when the same person connects the same workspace again.</summary>
    public OldToken AccessTokenAtReconnect { get; init; } = OldToken.KeepsWorking;

    public OldToken RefreshTokenAtReconnect { get; init; } = OldToken.DiesAtOnce;

    /// <summary>Whether the token endpoints refuse a call without <c>Notion-Version</c>. The reference says so, the guide's own sample leaves it out.</summary>
    public bool RequiresVersion { get; init; }

    public TimeSpan CodeLifetime { get; init; } = TimeSpan.FromMinutes(10);
}
