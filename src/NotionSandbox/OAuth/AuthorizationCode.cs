namespace NotionSandbox.OAuth;

/// <summary>What a browser carries back: proof of a person's consent, to be exchanged once.</summary>
internal sealed class AuthorizationCode(string text, OAuthApp app, Consenter by, string? redirectUri, DateTimeOffset expires)
{
    public string Text => text;

    public OAuthApp App => app;

    public Consenter By => by;

    /// <summary>As the authorize URL had it; null when it was left out there.</summary>
    public string? RedirectUri => redirectUri;

    public DateTimeOffset Expires => expires;

    public bool IsUsed { get; set; }
}
