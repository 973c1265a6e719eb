namespace NotionGateway.OAuth.Apps;

/// <summary>Where people's browsers reach the connect listener: configured, never taken from a request.</summary>
internal sealed record ConnectAddress(Uri PublicUrl)
{
    /// <summary>The page that a one-time link leads to.</summary>
    public string LinkFor(string secret) => $"{PublicUrl.AbsoluteUri.TrimEnd('/')}/connect/{secret}";
}
