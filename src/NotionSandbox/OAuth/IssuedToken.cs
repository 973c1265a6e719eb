namespace NotionSandbox.OAuth;

/// <summary>A token that was handed out, access or refresh.</summary>
internal sealed class IssuedToken(string text, TokenFamily family, bool isAccess, DateTimeOffset issued)
{
    public string Text => text;

    public TokenFamily Family => family;

    public bool IsAccess => isAccess;

    public DateTimeOffset Issued => issued;

    /// <summary>Of a refresh token: exchanged for a new pair. To see it again means that two parties have it.</summary>
    public bool IsSpent { get; set; }

    /// <summary>Of a refresh token: ended without having been exchanged. Access tokens live as long as the connection has them.</summary>
    public bool IsRevoked { get; set; }
}
