using NotionGateway.OAuth.Apps;

namespace NotionGateway.OAuth.Connect;

/// <summary>
/// The only cookie: it proves that the browser that returns from Notion is the one that was sent there. Notion's protocol
/// has no other such proof, since its authorize address takes no PKCE challenge.
/// </summary>
/// <param name="Name">Its name; the prefix makes browsers refuse one that another host or an unencrypted page has set.</param>
/// <param name="Secure">Whether it is sent over https only. Without https (on loopback) no browser would keep such a cookie.</param>
internal sealed record ConnectCookie(string Name, bool Secure)
{
    private const string BareName = "notion-connect";

    public static ConnectCookie For(ConnectAddress address) =>
        address.PublicUrl.Scheme == Uri.UriSchemeHttps ? new ConnectCookie($"__Host-{BareName}", Secure: true) : new ConnectCookie(BareName, Secure: false);
}
