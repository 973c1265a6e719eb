namespace NotionSandbox.OAuth;

/// <summary>What a call to the token endpoint gives for a new pair, in the words of <c>grant_type</c>.</summary>
internal static class GrantTypes
{
    public const string Code = "authorization_code";
    public const string Refresh = "refresh_token";
}
