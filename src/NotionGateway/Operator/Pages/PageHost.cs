using System.Net;

namespace NotionGateway.Operator.Pages;

/// <summary>
/// Whether the address in a browser's address bar is one of the page's: loopback or the configured address. A name that somebody else has
/// made to lead here (DNS rebinding) is not, so their page cannot use the operator's session.
/// </summary>
internal sealed class PageHost(OperatorOptions options)
{
    public static readonly Refusal Wrong = new(
        RefusalReason.InvalidRequest,
        "The operator page is not served under this address. Open it as http://127.0.0.1 with the port of the Operator listener, "
        + "or set Gateway:Operator:PublicUrl to the address that browsers use.");

    /// <summary>Null if it is none of the page's addresses; otherwise whether browsers come over https.</summary>
    public bool? Check(HostString host, bool isHttps)
    {
        if (options.PublicUrl is { } url && IsPublic(host, url))
        {
            return url.Scheme == Uri.UriSchemeHttps;
        }

        return IsLoopback(host.Host) ? isHttps : null;
    }

    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (host.AsSpan().IndexOfAnyExcept("0123456789.".AsSpan()) < 0 && IPAddress.TryParse(host, out var four) && IPAddress.IsLoopback(four))
        || host == "[::1]";

    private static bool IsPublic(HostString host, Uri url) =>
        host.Host.Equals(url.Host, StringComparison.OrdinalIgnoreCase) && (host.Port ?? DefaultPort(url)) == url.Port;

    private static int DefaultPort(Uri url) => url.Scheme == Uri.UriSchemeHttps ? 443 : 80;
}
