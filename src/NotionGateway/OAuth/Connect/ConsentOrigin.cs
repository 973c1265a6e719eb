using NotionGateway.OAuth.Apps;

namespace NotionGateway.OAuth.Connect;

/// <summary>
/// Whether the button was pressed on the gateway's page. A page that sends no referrer sends <c>Origin: null</c> as well, so
/// <c>Sec-Fetch-Site</c> decides, and the origin only if that header is missing.
/// </summary>
internal sealed class ConsentOrigin(ConnectAddress address)
{
    private readonly string _own = address.PublicUrl.GetLeftPart(UriPartial.Authority);

    public bool IsOurs(string? origin, string? fetchSite)
    {
        var saysOurs = string.Equals(origin, _own, StringComparison.OrdinalIgnoreCase);
        var saysOther = origin is not (null or "" or "null") && !saysOurs;
        return !saysOther && (string.IsNullOrEmpty(fetchSite) ? saysOurs : fetchSite == "same-origin");
    }
}
