using NotionGateway.OAuth.Apps;

namespace NotionGateway.OAuth.Connect;

/// <summary>
/// Whether the button was pressed on our own page. A page that sends no referrer sends <c>Origin: null</c> as well, so the
/// browser's own word on where a request comes from counts, and an origin only where there is no such word.
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
