namespace NotionSandbox.OAuth;

/// <summary>Where the OAuth endpoints are.</summary>
internal static class OAuthPaths
{
    public const string Authorize = "/v1/oauth/authorize";
    public const string Token = "/v1/oauth/token";
    public const string Introspect = "/v1/oauth/introspect";
    public const string Revoke = "/v1/oauth/revoke";
}
